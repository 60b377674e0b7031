/** Tells which of Ignition's steps take time, and how far they are. */
import { type ExecutionEventListener, ExecutionEventType } from "@nomicfoundation/ignition-core";

export function progressListener(say: (line: string) => void): ExecutionEventListener {
  const silent = Object.values(ExecutionEventType).map((type) => [camelCase(type), async () => undefined] as const);
  const spoken: Partial<ExecutionEventListener> = {
    async transactionPrepareSend() {
      say("Sending …");
    },
    async transactionSend({ hash }) {
      say(`Sent ${hash}. Waiting for a block …`);
    },
    async transactionConfirm({ hash }) {
      say(`Mined ${hash}.`);
    },
    async onchainInteractionBumpFees() {
      say("Not mined yet: sending the same with a higher fee. Only one of the two can be mined.");
    },
    async onchainInteractionDropped() {
      say("The chain has no such transaction: sending it once more, with the same nonce.");
    },
  };
  return { ...Object.fromEntries(silent), ...spoken } as ExecutionEventListener;
}

/** `TRANSACTION_SEND` → `transactionSend` */
function camelCase(type: string): string {
  return type.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
