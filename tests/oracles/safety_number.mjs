// Prints the safety number of two keys (hex) as Signal's own library computes it.
import { Fingerprint, PublicKey } from "@signalapp/libsignal-client";

const [one, other] = process.argv.slice(2).map((hex) => Buffer.from(hex, "hex"));
const key = (bytes) => PublicKey.deserialize(Buffer.concat([Buffer.from([5]), bytes]));
const fingerprint = Fingerprint.new(5200, 2, one, key(one), other, key(other));
console.log(fingerprint.displayableFingerprint().toString());
