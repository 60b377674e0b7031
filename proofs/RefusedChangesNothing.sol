// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Settling} from "./standIns/Settling.sol";

/// @notice A refused entry changes no account and charges nothing.
/// @dev Assumed: time does not go back and has 32 bits; the default limit has 56 (`LimitsFit`).
contract RefusedChangesNothing is Settling {
    function prove(BatchEntry calldata entry, uint56 defaultLimit, uint256 poolRoom, address anyone) external {
        require(_accounts[entry.from].drawnAt <= block.timestamp && block.timestamp <= type(uint32).max);
        Account memory before = _accounts[anyone];
        (Refusal refusal, uint256 total) = _settle(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount,
            defaultLimit,
            poolRoom
        );
        Account memory afterwards = _accounts[anyone];
        if (refusal != Refusal.None) {
            assert(afterwards.balance == before.balance && afterwards.dailyLimit == before.dailyLimit);
            assert(afterwards.drawn == before.drawn && afterwards.drawnAt == before.drawnAt);
            assert(afterwards.heldUntil == before.heldUntil);
            assert(total == 0);
        }
        // witness: anyone == entry.from
        // witness: anyone != entry.from
    }
}
