// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AnyPool} from "./standIns/AnyPool.sol";
import {AnySettle} from "./standIns/AnySettle.sol";
import {Guards} from "./standIns/Guards.sol";

/// @notice By `settleFromPool` payee and platform get their parts, which are all that was charged, and nobody else gets anything.
contract SinglePaysBothParts is AnyPool, AnySettle, Guards {
    // source: SettlementRefused NO_LIMIT defaultDailyLimit platformWallet settleFromPool
    // pool: account

    function prove(BatchEntry calldata entry, address anyone) external {
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
    }
}
