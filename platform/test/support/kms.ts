/** A KMS on this machine: a stand-in that answers the two requests the relayer makes, and local-kms where it is installed. */
import { spawn, spawnSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@luxxon/local/ports";
import { Signature } from "ox";
import { bytesToBigInt, type Hex, hexToBytes } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";

export interface Kms {
  url: string;
  keyId: string;
  close(): Promise<void>;
}

export interface StandInOptions {
  /** What signs. */
  key?: Hex;
  /** Whose public key is shown. */
  shown?: Hex;
  curve?: "secp256k1" | "P-256";
  use?: "SIGN_VERIFY" | "ENCRYPT_DECRYPT";
}

const N = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;

/** Every other of its signatures has a high s, as half of KMS's have. */
export async function openStandIn({
  key = generatePrivateKey(),
  shown = key,
  curve = "secp256k1",
  use = "SIGN_VERIFY",
}: StandInOptions = {}): Promise<Kms> {
  const account = privateKeyToAccount(key);
  const publicKey = curve === "secp256k1" ? spkiOf(shown) : spkiOfP256();
  let signatures = 0;
  const sign = async (digest: Hex) => {
    const { r, s } = Signature.fromHex(await account.sign({ hash: digest }));
    return Signature.toDerBytes({ r, s: signatures++ % 2 === 0 ? N - s : s });
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as { Message?: string; MessageType?: string };
    const target = String(request.headers["x-amz-target"]);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if (target === "TrentService.GetPublicKey")
      return response.end(JSON.stringify({ KeyUsage: use, PublicKey: publicKey.toString("base64") }));
    if (target === "TrentService.Sign" && asked.MessageType === "DIGEST") {
      const der = await sign(`0x${Buffer.from(asked.Message ?? "", "base64").toString("hex")}`);
      return response.end(JSON.stringify({ Signature: Buffer.from(der).toString("base64") }));
    }
    response.writeHead(400).end(JSON.stringify({ __type: "ValidationException", message: `not answered: ${target}` }));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    keyId: "alias/luxxon-relayer",
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function spkiOf(key: Hex): Buffer {
  const [x, y] = [1, 33].map((at) => {
    const point = hexToBytes(privateKeyToAccount(key).publicKey).subarray(at, at + 32);
    return Buffer.from(point).toString("base64url");
  }) as [string, string];
  const jwk = { kty: "EC", crv: "secp256k1", x, y };
  return createPublicKey({ key: jwk, format: "jwk" }).export({ format: "der", type: "spki" });
}

function spkiOfP256(): Buffer {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" });
}

/** Whether a signature's s is the higher of the two. */
export function isHigh(s: Hex): boolean {
  return bytesToBigInt(hexToBytes(s)) > N / 2n;
}

/** github.com/nsmithuk/local-kms, a program in Go. @returns Undefined if it is not on the PATH. */
export async function openLocalKms(): Promise<Kms | undefined> {
  if (spawnSync("sh", ["-c", "command -v local-kms"]).status !== 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "luxxon-kms-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn("local-kms", {
    env: { ...process.env, PORT: String(port), KMS_DATA_PATH: folder },
    stdio: "ignore",
  });
  const close = async () => {
    child.kill();
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 100; tries++) {
    const made = await fetch(url, {
      method: "POST",
      headers: { "x-amz-target": "TrentService.CreateKey", "content-type": "application/x-amz-json-1.1" },
      body: JSON.stringify({ KeySpec: "ECC_SECG_P256K1", KeyUsage: "SIGN_VERIFY" }),
    }).catch(() => undefined);
    if (made?.ok) {
      const { KeyMetadata } = (await made.json()) as { KeyMetadata: { KeyId: string } };
      return { url, keyId: KeyMetadata.KeyId, close };
    }
    await sleep(100);
  }
  await close();
  throw new Error("local-kms does not answer");
}
