/** Has the owner's wallet send something, and says in words where it is and what has come of it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useConfig } from "../api/queries.ts";
import { contractsOf, type Sending } from "../wallet/pool.ts";
import { useWallet } from "../wallet/useWallet.ts";
import { useWorkspace } from "./workspace.ts";

export interface Sent {
  block: bigint;
  /** What has come of it. */
  words: string;
}

type Send = (sending: Sending) => Promise<Sent>;

export function useSending(onSent: (sent: Sent) => void = () => {}) {
  const { id, walletAddress } = useWorkspace();
  const config = useConfig();
  const { clientFor } = useWallet();
  const queries = useQueryClient();
  const [step, setStep] = useState("");
  const { mutate, data, isPending, error, reset } = useMutation({
    mutationFn: async (send: Send) => {
      setStep("Asking your wallet …");
      return await send({ client: await clientFor(walletAddress), contracts: contractsOf(config), onStep: setStep });
    },
    onSuccess: onSent,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["wallet", id] }),
        queries.invalidateQueries({ queryKey: ["in hand"] }),
      ]),
  });
  return { send: mutate, isPending, error, reset, status: isPending ? step : (data?.words ?? "") };
}
