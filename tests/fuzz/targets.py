"""All targets, and the functions of a parser's name that have none of their own."""

from tests.fuzz.optics_targets import OPTICS
from tests.fuzz.person_targets import PERSONS
from tests.fuzz.server_targets import SERVERS
from tests.fuzz.session_targets import SESSIONS
from tests.fuzz.statement_targets import STATEMENTS

TARGETS = {each.name: each for each in (*STATEMENTS, *SESSIONS, *SERVERS, *PERSONS, *OPTICS)}

_INSIDE = {
    "protocol.crockford.decode": "recovery.parse_sheet",
    "protocol.crockford.normal": "recovery.parse_sheet and friend_code.printed_normal",
    "protocol.file_frames.FileReader.takes": "FileReader.open",
    "protocol.message_fields.PeerMessage.parse": "peer_messages.decode",
    "protocol.message_fields.check_utf8": "peer_messages.decode",
    "protocol.symmetric_state.SymmetricState.open": "the handshake's and the enrollment's",
    "server.base64url.decode_base64url": "BodyReader.read and Tokens.read",
    "session.channel.Channel.take": "Ratchet.decrypt and peer_messages.decode",
    "session.channel.Channel.take_fin": "fin.check_fin",
    "session.channel.Channel.take_opening": "fin.check_fin",
    "session.cards.Cards.read": "cards.read_card",
    "session.joining.read_token": "parse_statement_qr and Token.parse",
    "session.own_devices.OwnDevices.take": "Standing.take",
    "vault.patience.PatientKeychain.read": "KeychainEntry.read",
    "vault.keychain.OsKeychain.read": "KeychainEntry.read",
    "vault.passphrase.open_sealed": "PassphraseFile.read",
}
_READ_BEFORE = "what it is given was read by another parser before"
_OUR_OWN = "what it is given is our own"

ELSEWHERE = {
    **{name: f"is run by the targets of {caller}" for name, caller in _INSIDE.items()},
    **dict.fromkeys(
        (
            "server.challenges.Challenges.check_login",
            "server.challenges.Challenges.check_work",
            "server.directory.Directory.is_free",
            "server.doors.Doors.open",
            "server.limits.Buckets.is_empty",
            "server.limits.Buckets.take",
            "server.meetings.Meetings.open_doors",
            "server.node.Node.check_work",
            "server.node.Node.take",
            "server.records.is_free",
            "server.records.read_account",
            "server.records.read_device",
            "server.records.read_standing",
            "server.switchboard.Switchboard.takes_strangers",
            "session.channel.Channel.take_early",
            "transport.server_errors.is_refusal",
        ),
        _READ_BEFORE,
    ),
    **dict.fromkeys(
        (
            "server.database.Database.open",
            "server.directory.Directory.open",
            "transport.http_client.open_session",
            "transport.http_client.open_socket",
            "vault.keychain.Keychain.read",
        ),
        _OUR_OWN,
    ),
    "protocol.recovery.open_sheet": "takes a second and 256 MiB, on purpose",
    "server.frames.Frames.take": "tests of the server send it such frames through a real socket",
    "session.conversations.Conversations.is_open": "looks a name up and reads nothing of it",
    "session.people.People.check_not_blocked": "looks a name up and reads nothing of it",
    "session.people.People.check_key": "looks a name up and reads nothing of it",
    "session.people.People.take_changed_key": "looks a name up and reads nothing of it",
    "session.people.People.verify_card": "is cards.read_card and a comparison",
    "session.people.People.verify": "compares digits, and reads nothing of them",
    "session.search.Search.check_name": "is names.is_username and a look into the contacts",
}
"""Names as the targets have them, and why."""
