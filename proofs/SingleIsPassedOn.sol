// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnyPool} from "./standIns/AnyPool.sol";
import {AnySettle} from "./standIns/AnySettle.sol";
import {Guards} from "./standIns/Guards.sol";

/// @notice `settleFromPool` settles the very session that it is given, or fails: for the relayer alone, and not while paused.
contract SingleIsPassedOn is AnyPool, AnySettle, Guards {
    // source: SettlementRefused NO_LIMIT defaultDailyLimit platformWallet settleFromPool
    // pool: account

    function prove(BatchEntry calldata entry) external {
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
    }
}
