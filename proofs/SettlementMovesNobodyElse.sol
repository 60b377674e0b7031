// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Settling} from "./standIns/Settling.sol";

/// @notice A settlement changes nothing of any account but its consumer's.
/// @dev Assumed: time does not go back and has 32 bits; the default limit has 56 (`LimitsFit`).
contract SettlementMovesNobodyElse is Settling {
    function prove(BatchEntry calldata entry, uint56 defaultLimit, uint256 poolRoom, address other) external {
        require(_accounts[entry.from].drawnAt <= block.timestamp && block.timestamp <= type(uint32).max);
        require(other != entry.from);
        Account memory before = _accounts[other];
        (, uint256 total) = _settle(
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
        Account memory afterwards = _accounts[other];
        assert(afterwards.balance == before.balance && afterwards.dailyLimit == before.dailyLimit);
        assert(afterwards.drawn == before.drawn && afterwards.drawnAt == before.drawnAt);
        assert(afterwards.heldUntil == before.heldUntil);
        // witness: total == 1 && defaultLimit == 0 && _accounts[entry.from].dailyLimit == 0
        // witness: total == 1 && defaultLimit == 1 && _accounts[entry.from].dailyLimit == 0
    }
}
