// A SurrealDB server around @surrealdb/node, the engine as a library.
//
//   node bridge.mjs <port> <endpoint>        endpoint: mem:// or rocksdb://<path>
//
// It serves on loopback what `surreal start` serves: the CBOR protocol on the WebSocket /rpc,
// and GET /health, /status, /version. SURREAL_USER and SURREAL_PASS name the root user.
//
// The engine does the work. What is left for the bridge is what the library has no notion of:
//   - the envelope {id, result | error} around the engine's bare results;
//   - one session per socket, and the sessions that the socket attaches; sockets share one engine,
//     so a session or a transaction of another socket is answered as not found;
//   - authentication: the library takes an anonymous session for its owner, a server must not;
//   - the way of a live query's notifications, by their session, to the socket that asked.
//
// Values are never decoded and encoded again: a frame is cut into the raw bytes of its entries.

import { isUtf8 } from "node:buffer";
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";

const [port, endpoint] = process.argv.slice(2);

// ---- CBOR (RFC 8949), as far as the envelope needs it ----

const MAX_DEPTH = 256;
const BYTES = 2, TEXT = 3, ARRAY = 4, MAP = 5, TAG = 6, SIMPLE = 7;
const BREAK = 0xff;
const NONE = Buffer.from([0xc6, 0xf6]); // tag 6 around null

// header reads the head of the item at `at`: its major type, its argument (null: indefinite
// length) and the offset behind the head.
function header(buf, at) {
	if (at >= buf.length) throw new RangeError("the frame ends inside an item");
	const major = buf[at] >> 5;
	const info = buf[at] & 31;
	if (info < 24) return { major, arg: info, next: at + 1 };
	if (info === 31) {
		if (major < BYTES || major === TAG) throw new RangeError("an item of no length");
		return { major, arg: null, next: at + 1 };
	}
	if (info > 27) throw new RangeError("a reserved length");
	const size = 1 << (info - 24);
	if (at + 1 + size > buf.length) throw new RangeError("the frame ends inside a head");
	const arg = size === 8 ? Number(buf.readBigUInt64BE(at + 1)) : buf.readUIntBE(at + 1, size);
	return { major, arg, next: at + 1 + size };
}

// end gives the offset behind the item at `at`.
function end(buf, at, depth = 0) {
	if (depth > MAX_DEPTH) throw new RangeError("the frame nests too deep");
	const { major, arg, next } = header(buf, at);
	let to = next;
	switch (major) {
		case BYTES:
		case TEXT:
			if (arg !== null) {
				to += arg;
				if (major === TEXT && !isUtf8(buf.subarray(next, to))) throw new RangeError("text that is not UTF-8");
				break;
			}
			while (buf[to] !== BREAK) {
				const chunk = header(buf, to);
				if (chunk.major !== major || chunk.arg === null) throw new RangeError("a chunk of another type");
				to = end(buf, to, depth + 1);
			}
			to++;
			break;
		case ARRAY:
		case MAP:
			if (arg === null) {
				while (buf[to] !== BREAK) to = end(buf, to, depth + 1);
				to++;
			} else {
				for (let n = major === MAP ? 2 * arg : arg; n > 0; n--) to = end(buf, to, depth + 1);
			}
			break;
		case TAG:
			to = end(buf, to, depth + 1);
			break;
		case SIMPLE:
			if (arg === null) throw new RangeError("a break outside of an item");
			if (next - at === 2 && arg < 32) throw new RangeError("a simple value in two bytes");
			break;
	}
	if (to > buf.length) throw new RangeError("the frame ends inside an item");
	return to;
}

// items cuts the array or map at the start of buf into the raw bytes of its items.
function items(buf, kind) {
	const { major, arg, next } = header(buf, 0);
	if (major !== kind) return null;
	const out = [];
	const count = arg === null ? Infinity : kind === MAP ? 2 * arg : arg;
	let at = next;
	while (out.length < count && !(arg === null && buf[at] === BREAK)) {
		const to = end(buf, at, 1);
		out.push(buf.subarray(at, to));
		at = to;
	}
	return out;
}

// entries cuts a map with distinct text keys into key → raw bytes; null if buf is no such map.
function entries(buf) {
	const flat = items(buf, MAP);
	if (flat === null) return null;
	const out = new Map();
	for (let i = 0; i < flat.length; i += 2) {
		const key = text(flat[i]);
		if (key === null || out.has(key)) return null;
		out.set(key, flat[i + 1]);
	}
	return out;
}

function text(raw) {
	const { major, arg, next } = header(raw, 0);
	return major === TEXT && arg !== null ? raw.toString("utf8", next, next + arg) : null;
}

// uuid gives the hex digits of a UUID (tag 37 around 16 bytes, tag 9 around text), or null.
function uuid(raw) {
	const tag = header(raw, 0);
	if (tag.major !== TAG) return null;
	const value = raw.subarray(tag.next);
	const { major, arg, next } = header(value, 0);
	let hex = null;
	if (tag.arg === 37 && major === BYTES) hex = value.toString("hex", next, next + arg);
	if (tag.arg === 9 && major === TEXT) hex = value.toString("utf8", next, next + arg).replaceAll("-", "").toLowerCase();
	return hex !== null && /^[0-9a-f]{32}$/.test(hex) ? hex : null;
}

function absent(raw) {
	return raw === undefined || raw.equals(NONE) || (raw.length === 1 && (raw[0] === 0xf6 || raw[0] === 0xf7));
}

function head(major, n) {
	if (n < 24) return Buffer.from([(major << 5) | n]);
	const out = Buffer.alloc(5);
	out[0] = (major << 5) | 26;
	out.writeUInt32BE(n, 1);
	return out;
}

function str(s) {
	const utf8 = Buffer.from(s);
	return Buffer.concat([head(TEXT, utf8.length), utf8]);
}

function int(n) {
	return n >= 0 ? head(0, n) : head(1, -1 - n);
}

function array(raws) {
	return Buffer.concat([head(ARRAY, raws.length), ...raws]);
}

// map writes entries of raw values; those that are undefined are left out.
function map(fields) {
	const present = Object.entries(fields).filter(([, raw]) => raw !== undefined);
	return Buffer.concat([head(MAP, present.length), ...present.flatMap(([key, raw]) => [str(key), raw])]);
}

function uuidValue(hex) {
	return Buffer.concat([Buffer.from([0xd8, 37, 0x50]), Buffer.from(hex, "hex")]);
}

function dashed(hex) {
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function newUUID() {
	const bytes = randomBytes(16);
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	return bytes.toString("hex");
}

// ---- errors, in the server's words ----

function failure(code, kind, message, details) {
	return { error: map({ code: int(code), message: str(message), kind: str(kind), details, cause: NONE }) };
}

function invalid(code, kind, message) {
	return failure(code, "Validation", message, map({ kind: str(kind) }));
}

const parseError = (err) => invalid(-32700, "Parse", `Parse error: ${err.message}`);
const invalidRequest = () => invalid(-32600, "InvalidRequest", "Invalid request");
const transactionNotFound = () => invalid(-32603, "InvalidParams", "Transaction not found");

function sessionNotFound(hex) {
	const id = map({ id: str(dashed(hex)) });
	return failure(-32000, "NotFound", `Session not found: ${dashed(hex)}`, map({ kind: str("Session"), details: id }));
}

function notAllowed(method) {
	const who = map({ actor: str("anonymous"), action: str("process"), resource: str(method) });
	const auth = map({ kind: str("NotAllowed"), details: who });
	return failure(-32002, "NotAllowed", "IAM error: Not enough permissions to perform this action",
		map({ kind: str("Auth"), details: auth }));
}

// ---- the engine ----

const engine = fork(fileURLToPath(new URL("engine.mjs", import.meta.url)), [endpoint], {
	serialization: "advanced",
	stdio: ["ignore", "ignore", "pipe", "ipc"], // it prints debug lines
});

let version; // of the engine, once it is ready
let death; // the failure that every request gets once the engine is dead
let lastWords = "";
const pending = new Map(); // number of a request → what to do with the reply
let requests = 0;

engine.stderr.setEncoding("utf8").on("data", (text) => {
	process.stderr.write(text);
	lastWords = (lastWords + text).slice(-2000);
});

engine.on("message", ([subject, bytes, message]) => {
	switch (subject) {
		case "ready":
			version = `surrealdb-${bytes}`;
			serve();
			break;
		case "notification":
			notify(Buffer.from(bytes));
			break;
		default:
			// Without a reply: a request or a result has no place in CBOR, as a regex or a closure.
			pending.get(subject)(bytes === null ? failure(-32603, "Internal", message) : unwrap(Buffer.from(bytes)));
			pending.delete(subject);
	}
});

// A request can miss the engine by a moment; it is answered with the others below.
engine.on("error", (err) => console.error(err.message));

// The engine has died and said its last: tell whoever waits, and go too. The supervisor starts both again.
engine.on("close", (code, signal) => {
	const how = signal ?? `exit status ${code}`;
	death = failure(-32000, "Internal", `The engine died (${how}) while it ran this or another request: ${lastWords.trim()}`);
	for (const answer of pending.values()) answer(death);
	const status = signal ? 128 + constants.signals[signal] : code || 1;
	setTimeout(() => process.exit(status), 100); // for clients that do not answer the close
	setImmediate(() => {
		for (const socket of sockets.clients) socket.close(1011, "the engine died");
		server.close(() => process.exit(status));
	});
});

// execute runs one request and gives { result } or { error }, raw.
function execute(request) {
	if (death) return Promise.resolve(death);
	const number = ++requests;
	engine.send([number, map(request)]);
	return new Promise((answer) => pending.set(number, answer));
}

// unwrap tells a result from a failure, which is a lone entry `error` with a code and a message.
function unwrap(reply) {
	const fields = entries(reply);
	if (fields?.size === 1 && fields.has("error")) {
		const error = entries(fields.get("error"));
		if (error?.has("code") && error.has("message")) return { error: fields.get("error") };
	}
	return { result: reply };
}

function call(method, session, ...params) {
	return execute({ method: str(method), params: array(params), session: session && uuidValue(session) });
}

async function defineRoot() {
	const user = "`" + process.env.SURREAL_USER.replace(/[\\`]/g, "\\$&") + "`";
	const password = JSON.stringify(process.env.SURREAL_PASS);
	const define = `DEFINE USER IF NOT EXISTS ${user} ON ROOT PASSWORD ${password} ROLES OWNER`;
	const { error } = await call("query", undefined, str(define));
	if (error) throw new Error(`the root user could not be defined: ${error.toString("latin1")}`);
}

// ---- sessions ----

const OPENING = new Set(["signin", "signup", "authenticate", "refresh"]);
const CLOSING = new Set(["invalidate", "reset"]);
// What a server lets a client do before it has signed in.
const ANONYMOUS = new Set([...OPENING, ...CLOSING,
	"ping", "version", "use", "let", "set", "unset", "attach", "detach", "sessions", "revoke"]);
const CHANGING = new Set([...OPENING, ...CLOSING, "use", "let", "set", "unset"]);

// Session is one of a socket's sessions. A request that changes it holds back those behind it.
class Session {
	authenticated = false;
	changing = Promise.resolve();
}

const owners = new Map(); // session → the connection that owns it
const live = new Map(); // live query → the session that asked for it

class Connection {
	#socket;
	#default = newUUID();
	#sessions = new Map(); // session → Session
	#transactions = new Set();

	constructor(socket) {
		this.#socket = socket;
		const opened = this.#open(this.#default);
		socket.on("message", (data, binary) => opened.then(() => this.#message(data, binary)));
		socket.on("close", () => opened.then(() => this.#close()));
		socket.on("error", () => socket.terminate());
	}

	#open(id, answer = call("attach", id)) {
		this.#sessions.set(id, new Session());
		owners.set(id, this);
		return answer;
	}

	async #close() {
		for (const txn of this.#transactions) await call("cancel", this.#default, uuidValue(txn));
		for (const id of this.#sessions.keys()) {
			owners.delete(id);
			for (const [query, session] of live) if (session === id) live.delete(query);
			await call("detach", id); // ends its live queries too
		}
	}

	async #message(data, binary) {
		let request = null;
		let broken = invalidRequest();
		try {
			if (!binary) throw new RangeError("the frame is not binary");
			if (end(data, 0) !== data.length) throw new RangeError("bytes behind the frame");
			request = entries(data);
		} catch (err) {
			broken = parseError(err);
		}
		if (request === null) return this.#send(broken);
		const id = request.get("id");
		const session = absent(request.get("session")) ? undefined : request.get("session");
		this.#send({ id, session, ...(await this.#answer(request, session)) });
	}

	#send(fields) {
		if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(map(fields));
	}

	async #answer(request, sessionValue) {
		const method = request.has("method") ? text(request.get("method")) : null;
		if (method === null) return invalidRequest();
		const named = sessionValue === undefined ? undefined : uuid(sessionValue);
		if (named === null) return invalidRequest();
		const id = named ?? this.#default;
		if (method === "attach") return this.#attach(request, named);
		const session = this.#sessions.get(id);
		if (session === undefined || named === this.#default) return sessionNotFound(id);
		switch (method) {
			case "sessions":
				return { result: array([...this.#sessions.keys()].filter((s) => s !== this.#default).map(uuidValue)) };
			case "detach":
				if (named !== undefined) {
					this.#sessions.delete(id);
					owners.delete(id);
				}
				return execute({ ...Object.fromEntries(request), session: sessionValue });
		}
		const run = session.changing.then(() => this.#run(method, request, id, session));
		if (CHANGING.has(method)) session.changing = run;
		return run;
	}

	async #attach(request, named) {
		const answer = await execute({ ...Object.fromEntries(request), session: named && uuidValue(named) });
		if (!answer.error) this.#open(named, answer);
		return answer;
	}

	async #run(method, request, id, session) {
		if (!session.authenticated && !ANONYMOUS.has(method)) return notAllowed(method);
		let txn;
		if (method === "commit" || method === "cancel") {
			const last = request.has("params") ? items(request.get("params"), ARRAY)?.at(-1) : undefined;
			txn = last && uuid(last);
			if (txn && !this.#transactions.has(txn)) return transactionNotFound();
		}
		if (!absent(request.get("txn")) && !this.#transactions.has(uuid(request.get("txn")))) return transactionNotFound();
		if (method === "kill" && request.has("params")) {
			// Who ends a live query is not told that it has ended.
			const param = items(request.get("params"), ARRAY)?.at(0) ?? NONE;
			const query = uuid(param) ?? text(param)?.replaceAll("-", "").toLowerCase();
			if (live.get(query) === id) live.delete(query);
		}
		const answer = await execute({ ...Object.fromEntries(request), session: uuidValue(id) });
		if (txn) this.#transactions.delete(txn);
		if (answer.error) return answer;
		if (method === "begin") this.#transactions.add(uuid(answer.result));
		for (const query of started(method, answer.result)) live.set(query, id);
		if (OPENING.has(method)) session.authenticated = true;
		if (CLOSING.has(method)) session.authenticated = false;
		return answer;
	}

	// notify passes a notification on; the socket's own session has no name on the wire.
	notify(notification, id) {
		const own = id === this.#default;
		const result = map({ ...Object.fromEntries(notification), session: own ? NONE : uuidValue(id) });
		this.#send({ session: own ? undefined : uuidValue(id), result });
	}
}

// started gives the live queries that a request has started, by its result.
function started(method, result) {
	if (method === "live") return [uuid(result)];
	if (method !== "query" || !result.includes(LIVE)) return [];
	return items(result, ARRAY).map(entries)
		.filter((slot) => slot.get("type")?.equals(LIVE))
		.map((slot) => uuid(slot.get("result")));
}

const LIVE = str("live");
const KILLED = str("KILLED");

// notify finds the socket that asked for the live query. The engine names the session in what it
// tells of records, but not where it says that it has ended the query.
function notify(raw) {
	const notification = entries(raw);
	const query = uuid(notification.get("id"));
	const id = live.get(query);
	if (notification.get("action")?.equals(KILLED)) live.delete(query);
	owners.get(id)?.notify(notification, id);
}

// ---- the server ----

const server = createServer((request, response) => {
	const page = { "/health": "", "/status": "", "/version": version }[request.url];
	const status = page === undefined ? 404 : request.method !== "GET" ? 405 : 200;
	response.writeHead(status, { "content-type": "text/plain", "surreal-version": version });
	response.end(status === 200 ? page : "");
});

const sockets = new WebSocketServer({ noServer: true, maxPayload: 128 << 20, handleProtocols: () => "cbor" });

server.on("upgrade", (request, socket, rest) => {
	const protocols = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((p) => p.trim());
	const refusal = request.url !== "/rpc" ? "404 Not Found" : protocols.includes("cbor") ? null : "400 Bad Request";
	if (refusal !== null) {
		socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
		return;
	}
	socket.setNoDelay(true);
	sockets.handleUpgrade(request, socket, rest, (ws) => new Connection(ws));
});

server.on("error", (err) => {
	console.error(err.message);
	process.exit(1);
});

process.once("SIGTERM", () => {
	engine.once("exit", () => process.exit());
	engine.disconnect();
});

async function serve() {
	await defineRoot();
	server.listen(Number(port), "127.0.0.1");
}
