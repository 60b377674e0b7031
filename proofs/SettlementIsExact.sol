// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Settling} from "./standIns/Settling.sol";

/// @notice A settlement takes exactly `toAmount + feeAmount` from its consumer, who owned as much, and leaves its own limit
/// and its hold.
/// @dev Assumed: time does not go back and has 32 bits; the default limit has 56 (`LimitsFit`).
contract SettlementIsExact is Settling {
    function prove(BatchEntry calldata entry, uint56 defaultLimit, uint256 poolRoom) external {
        require(_accounts[entry.from].drawnAt <= block.timestamp && block.timestamp <= type(uint32).max);
        uint256 balance = _accounts[entry.from].balance;
        uint256 ownLimit = _accounts[entry.from].dailyLimit;
        uint256 held = _accounts[entry.from].heldUntil;
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
        if (refusal == Refusal.None) {
            assert(entry.toAmount <= total && total - entry.toAmount == entry.feeAmount && total != 0);
            assert(total <= balance && total <= poolRoom && _accounts[entry.from].balance == balance - total);
            assert(_accounts[entry.from].dailyLimit == ownLimit && _accounts[entry.from].heldUntil == held);
        }
        // witness: total == 1 && ownLimit == 0 && defaultLimit == 0
        // witness: total == 1 && ownLimit == 1
    }
}
