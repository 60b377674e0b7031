/** Makes the JSON Schemas of the files in `deployments/`, for editors and for whoever reads them without this repository. */
import { z } from "zod";
import { buildSchema } from "./build.ts";
import { parametersSchema } from "./parameters.ts";
import { recordsSchema } from "./record.ts";

/** By the name of their file in `deployments/schema/`. What only code can tell, a checksum say, is in none of them. */
export function jsonSchemas(): Record<string, object> {
  return {
    "parameters.schema.json": z.toJSONSchema(parametersSchema),
    "record.schema.json": z.toJSONSchema(recordsSchema),
    "build.schema.json": z.toJSONSchema(buildSchema),
  };
}
