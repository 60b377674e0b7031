// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";
import {AnySettle} from "./standIns/AnySettle.sol";
import {Casts} from "./standIns/Casts.sol";
import {Guards} from "./standIns/Guards.sol";

/// @notice By `settleFromPool` payee and platform get their parts, which are all that was charged, and nobody else gets anything.
/// @dev Assumed: time does not go back and has 40 bits.
contract SinglePaysBothParts is AnySettle, Casts, Guards {
    // source: Account SettlementRefused _pool defaultDailyLimit platformWallet _load _store settleFromPool
    // pool: account
    // casts: uint88 uint64 uint40

    function prove(BatchEntry calldata entry, address anyone) external {
        require(_pool.drawnAt <= block.timestamp && block.timestamp <= type(uint40).max);
        (uint256 due, uint256 taken) = (_due[anyone], _taken);
        settleFromPool(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount
        );
        uint256 more = _due[anyone] - due;
        uint256 asPayee = anyone == entry.to ? entry.toAmount : 0;
        uint256 asPlatform = anyone == platformWallet ? entry.feeAmount : 0;
        assert(more == asPayee + asPlatform);
        assert(_taken - taken == entry.toAmount + entry.feeAmount);
        // witness: _pool.dailyLimit == 0 && entry.toAmount == 1 && entry.feeAmount == 0 && more == 1
        // witness: _pool.dailyLimit == 1 && entry.toAmount == 1 && entry.feeAmount == 0 && more == 1
    }
}
