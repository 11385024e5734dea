// Parses texts with SurrealDB's lezer grammar, as often as it is asked to. The
// first argument names a file that holds the texts as a JSON array. For each line
// of standard input all are parsed once, and a line tells how long that took, in
// nanoseconds.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parser } from "@surrealdb/lezer";

const texts = JSON.parse(readFileSync(process.argv[2], "utf8"));
for await (const _ of createInterface({ input: process.stdin })) {
  const start = process.hrtime.bigint();
  for (const text of texts) parser.parse(text);
  console.log(String(process.hrtime.bigint() - start));
}
