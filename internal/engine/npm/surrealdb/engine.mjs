// The engine of the bridge, in a process of its own: some queries make it abort, and then the bridge
// is still there to tell those who wait.
//
// Over the channel to its parent it tells ["ready", version] and ["notification", bytes], takes
// [number, request] and answers [number, reply] or, where there is no reply, [number, null, message].

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// The package's own entry needs the whole JavaScript SDK; its native library does not.
const { SurrealNodeEngine } = createRequire(import.meta.url)(nativeLibrary());

function nativeLibrary() {
	const dist = fileURLToPath(new URL("../node_modules/@surrealdb/node/dist", import.meta.url));
	const gnu = process.report.getReport().header.glibcVersionRuntime !== undefined;
	const abi = { linux: gnu ? "-gnu" : "-musl", win32: "-msvc" }[process.platform] ?? "";
	const file = join(dist, `surrealdb-node.${process.platform}-${process.arch}${abi}.node`);
	if (!existsSync(file)) {
		console.error(`@surrealdb/node has no library for ${process.platform}-${process.arch}`);
		process.exit(1);
	}
	return file;
}

let engine;
try {
	engine = await SurrealNodeEngine.connect(process.argv[2]);
} catch (err) {
	console.error(err.message);
	process.exit(1);
}

process.on("message", async ([number, request]) => {
	try {
		process.send([number, await engine.execute(request)]);
	} catch (err) {
		process.send([number, null, err.message]);
	}
});

// Without its parent there is nobody to work for; the data is closed in order, if that can be.
process.on("disconnect", async () => {
	setTimeout(() => process.exit(), 2000);
	await engine.free();
	process.exit();
});

const notifications = await engine.notifications();
process.send(["ready", SurrealNodeEngine.version()]);
for (let raw; (raw = await notifications.recv()) !== null; ) process.send(["notification", raw]);
