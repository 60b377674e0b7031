// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";

/// @notice A deposit changes no account but its consumer's, and of the pool nothing but the total.
contract DepositTouchesNobodyElse is Casts {
    // source: Account Deposited InvalidConsumer ZeroAmount _pool _accounts _recordDeposit
    // casts: toUint80

    function prove(address consumer, address payer, uint256 amount, address other) external {
        require(other != consumer);
        Account memory before = _accounts[other];
        Account memory poolBefore = _pool;
        _recordDeposit(consumer, payer, amount);
        Account memory afterwards = _accounts[other];
        assert(afterwards.balance == before.balance && afterwards.dailyLimit == before.dailyLimit);
        assert(afterwards.drawn == before.drawn && afterwards.drawnAt == before.drawnAt);
        assert(afterwards.heldUntil == before.heldUntil);
        assert(_pool.dailyLimit == poolBefore.dailyLimit);
        assert(_pool.drawn == poolBefore.drawn && _pool.drawnAt == poolBefore.drawnAt);
    }
}
