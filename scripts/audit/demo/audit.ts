/** `npm run audit -- --demo`: a busy month on a local chain, audited as any live contract is. */
import { buildContracts } from "../../build.ts";
import { runAudit } from "../audit.ts";
import { openEndpoint } from "../collect/endpoint.ts";
import { busyChain } from "../demo.ts";
import { openProgress } from "../progress.ts";
import type { Audit } from "../types.ts";

/** @param announcedFeeBps undefined: what the demo's platform really charges. */
export async function auditDemo(announcedFeeBps: number | undefined): Promise<Audit> {
  await buildContracts();
  const playing = openProgress("Playing a busy month");
  const chain = await busyChain({ onDay: (done, days) => playing.show(done / days, `day ${done} of ${days}`) });
  playing.end();
  const { url, address, fromBlock, feeBps } = chain;
  try {
    return await runAudit({
      endpoint: openEndpoint("the local chain", url),
      wanted: { address, fromBlock, toBlock: undefined, chainId: undefined, record: undefined },
      announcedFeeBps: announcedFeeBps ?? feeBps,
      cacheFolder: undefined,
    });
  } finally {
    chain.close();
  }
}
