// A DynamoDB in a process of its own, for the readers that need one. Tells its endpoint, and lives until its parent is gone.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";

process.once("disconnect", () => process.exit());
// At once: who asks again does so after 10 to 20 seconds.
const server = dynalite({ createTableMs: 0 });
await once(server.listen(0, "127.0.0.1"), "listening");
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
