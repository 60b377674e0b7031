// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";
import {AnySettle} from "./standIns/AnySettle.sol";
import {Casts} from "./standIns/Casts.sol";
import {Guards} from "./standIns/Guards.sol";

/// @notice `settleFromPool` settles the very session that it is given, or fails: for the relayer alone, and not while paused.
/// @dev Assumed: time does not go back and has 40 bits.
contract SingleIsPassedOn is AnySettle, Casts, Guards {
    // source: Account SettlementRefused _pool defaultDailyLimit platformWallet _load _store settleFromPool
    // pool: account
    // casts: uint88 uint64 uint40

    function prove(BatchEntry calldata entry) external {
        require(_pool.drawnAt <= block.timestamp && block.timestamp <= type(uint40).max);
        _refused = false;
        settleFromPool(
            entry.sessionId,
            entry.from,
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount
        );
        assert(_refused == (_isEntered || _isPaused || !_isRelayer));
        bool isWho = _asked.from == entry.from && _asked.to == entry.to && _asked.sessionId == entry.sessionId;
        bool isMeter =
            _asked.ratePerSecond == entry.ratePerSecond && _asked.chargeableSeconds == entry.chargeableSeconds;
        bool isSplit = _asked.toAmount == entry.toAmount && _asked.feeAmount == entry.feeAmount;
        assert(_answer == Refusal.None && _askedLimit == defaultDailyLimit && isWho && isMeter && isSplit);
        // witness: _pool.dailyLimit == 0 && entry.toAmount == 1 && entry.feeAmount == 0
    }
}
