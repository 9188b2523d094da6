// The TypeScript SDK: version 1, which most hosts use, and version 2. Reads the job on stdin.
import { readFileSync, writeFileSync } from "node:fs";

const job = JSON.parse(readFileSync(0, "utf-8"));
const identity = { name: "matrix", version: "0" };
const isFirst = job.mode === "v1";
const from = isFirst ? "@modelcontextprotocol/sdk/client" : "@modelcontextprotocol/client";

async function transport() {
  if (job.transport === "stdio") {
    const { StdioClientTransport } = await import(isFirst ? `${from}/stdio.js` : `${from}/stdio`);
    return new StdioClientTransport({ command: job.command, args: job.args, env: job.env, stderr: "inherit" });
  }
  if (job.transport === "sse") {
    const { SSEClientTransport } = await import(isFirst ? `${from}/sse.js` : from);
    return new SSEClientTransport(new URL(job.url));
  }
  const { StreamableHTTPClientTransport } = await import(isFirst ? `${from}/streamableHttp.js` : from);
  return new StreamableHTTPClientTransport(new URL(job.url));
}

const { Client } = await import(isFirst ? `${from}/index.js` : from);
const options = job.mode === "v2-auto" ? { versionNegotiation: { mode: "auto" } } : {};
const client = new Client(identity, options);
await client.connect(await transport());

const call = (name, args, more) =>
  isFirst ? client.callTool({ name, arguments: args }, undefined, more) : client.callTool({ name, arguments: args }, more);
const isJson = (text) => text?.startsWith("{") && Boolean(JSON.parse(text));
const kinds = (content) => content.map((block) => (isJson(block.text) ? "json" : block.type));

const tools = (await client.listTools()).tools.map((tool) => tool.name);
const progress = [];
const run = await call("start_run", job.arguments, {
  onprogress: (heard) => progress.push([heard.progress, heard.message]),
});
const view = await call("view_output", { run_id: run.structuredContent.run_id });
const report = {
  protocol: client.getNegotiatedProtocolVersion?.() ?? null,
  tools,
  run: run.structuredContent,
  seen: [...kinds(run.content), "structured"],
  view: kinds(view.content),
  progress,
};
writeFileSync(job.report, JSON.stringify(report));
await client.close();
