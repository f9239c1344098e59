// A minimal server of the same kind on Node: express, ws and better-sqlite3.
// node node_server.mjs FOLDER_OF_MODULES DATABASE prints the port it listens on.
//
// Socket: the first two sockets are partners, the next two, and so on. The first byte of a frame
// says what happens to it: 1 answered, 2 brought to the partner, 3 both; 4: a key of 32 bytes and
// bundles of 1,329 follow, which are verified and kept, then it is answered.
// POST /accounts {username, keys, statements, signatures}: every signature is verified.

import { createPublicKey, randomBytes, verify } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [modules, database] = process.argv.slice(2);
const load = createRequire(`${modules}/package.json`);
const express = load("express");
const { WebSocketServer } = load("ws");
const Database = load("better-sqlite3");

const ANSWER = 1;
const BRING = 2;
const CHECK = 4;
const BUNDLE_BYTES = 1329;
const LABEL = Buffer.from("whisp/v1/stmt\0");
const OK = Buffer.from([0x92, 0x40, 0x01]);
const SPKI_OF_ED25519 = Buffer.from("302a300506032b6570032100", "hex");
const USERNAME = /^[a-z][a-z0-9_]{2,23}$/;

const directory = new Database(database);
directory.pragma("journal_mode = WAL");
directory.pragma("synchronous = NORMAL");
directory.exec("CREATE TABLE accounts (key BLOB PRIMARY KEY, username TEXT UNIQUE, statements TEXT)");
const keep = directory.prepare("INSERT INTO accounts VALUES (?, ?, ?)");

function bytes(text, size) {
  const data = typeof text === "string" ? Buffer.from(text, "base64url") : Buffer.alloc(0);
  if (size !== undefined && data.length !== size) throw new Error("a field has a wrong length");
  return data;
}

function verifying(key) {
  const der = Buffer.concat([SPKI_OF_ED25519, key]);
  return createPublicKey({ key: der, format: "der", type: "spki" });
}

function isSigned(key, statement, signature) {
  return verify(null, bytes(statement), verifying(bytes(key, 32)), bytes(signature, 64));
}

function check(frame) {
  const key = verifying(frame.subarray(1, 33));
  const bundles = [];
  for (let at = 33; at < frame.length; at += BUNDLE_BYTES) {
    const bundle = frame.subarray(at, at + BUNDLE_BYTES);
    const signed = Buffer.concat([LABEL, bundle.subarray(0, -64)]);
    if (!verify(null, signed, key, bundle.subarray(-64))) throw new Error("a bundle is not signed");
    bundles.push(bundle);
  }
  return bundles;
}

const app = express();
app.disable("x-powered-by");
app.use(express.json({ limit: "16kb" }));
app.post("/accounts", (request, response) => {
  const { username, keys, statements, signatures } = request.body;
  try {
    if (!USERNAME.test(username)) throw new Error("no such name");
    if (!keys.every((key, at) => isSigned(key, statements[at], signatures[at]))) {
      return response.status(401).json({ code: "bad_proof" });
    }
    keep.run(bytes(keys[0], 32), username, statements.join("."));
  } catch {
    return response.status(400).json({ code: "bad_request" });
  }
  return response.status(201).json({ token: randomBytes(32).toString("base64url") });
});

const server = createServer(app);
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
let waiting = null;
sockets.on("connection", (socket) => {
  if (waiting === null) {
    waiting = socket;
  } else {
    socket.partner = waiting;
    waiting.partner = socket;
    waiting = null;
  }
  socket.on("message", (frame) => {
    if (frame[0] & CHECK) socket.bundles = check(frame);
    if (frame[0] & BRING) socket.partner.send(frame);
    if (frame[0] & ANSWER) socket.send(OK);
  });
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
