/**
 * Says what ERC-7730's schema 2.1.0 allows, as far as our descriptors go: written from its text, and stricter, since it
 * allows nothing that they do not need.
 */
const text = { type: "string", minLength: 1 } as const;
const address = { type: "string", pattern: "^0x[0-9a-fA-F]{40}$" } as const;

function object(required: Record<string, object>, optional: Record<string, object> = {}) {
  const properties = { ...required, ...optional };
  return { type: "object", properties, required: Object.keys(required), additionalProperties: false } as const;
}

const deployments = {
  type: "array",
  items: object({ chainId: { type: "integer", minimum: 1 }, address }),
} as const;

const visible = {
  oneOf: [
    { enum: ["always", "never", "optional"] },
    object({ mustMatch: { type: "array", minItems: 1, items: address } }),
  ],
} as const;

function field(format: string, params?: object) {
  const common = { path: text, label: text, format: { const: format }, visible };
  return object(params === undefined ? common : { ...common, params });
}

const mapReference = object({ map: { type: "string", pattern: "^\\$\\.metadata\\.maps\\.\\w+$" }, keyPath: text });

const fields = {
  type: "array",
  items: {
    oneOf: [
      field("raw"),
      field("date", object({ encoding: { const: "timestamp" } })),
      field("tokenAmount", { oneOf: [object({ token: mapReference }), object({ tokenPath: text })] }),
      field(
        "addressName",
        object({ types: { type: "array", items: { enum: ["wallet", "eoa", "contract", "token", "collection"] } } }),
      ),
    ],
  },
} as const;

export const descriptorSchema = object({
  $schema: { const: "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.1.0.schema.json" },
  context: {
    oneOf: [
      object({ $id: text, contract: object({ deployments }) }),
      object({ $id: text, eip712: object({ domain: object({ version: text }), deployments }) }),
    ],
  },
  metadata: object(
    { owner: text, contractName: text, info: object({ url: { type: "string", pattern: "^https://" } }) },
    { maps: { type: "object", additionalProperties: object({ $keyType: text, values: { type: "object" } }) } },
  ),
  display: object({
    formats: {
      type: "object",
      minProperties: 1,
      propertyNames: { pattern: "^\\s*[A-Za-z_][A-Za-z0-9_:]*\\s*\\(.*\\)$" },
      additionalProperties: object({ intent: text, fields }, { interpolatedIntent: text }),
    },
  }),
});

/** A descriptor, as far as the tests look into it. */
export interface Descriptor {
  context: Record<"contract" | "eip712", { deployments: { chainId: number; address: string }[] }>;
  metadata: { maps?: { usdc: { values: Record<string, string> } } };
  display: {
    formats: Record<
      string,
      { intent: string; interpolatedIntent?: string; fields: { path: string; visible: unknown; label: string }[] }
    >;
  };
}
