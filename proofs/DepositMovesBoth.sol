// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";

/// @notice A deposit adds the same amount to its consumer and to the total, and nothing is cut off.
contract DepositMovesBoth is Casts {
    // source: Account Deposited InvalidConsumer ZeroAmount _pool _accounts _recordDeposit
    // casts: toUint80

    function prove(address consumer, address payer, uint256 amount) external {
        uint256 total = _pool.balance;
        uint256 owned = _accounts[consumer].balance;
        _cutOff = false;
        _recordDeposit(consumer, payer, amount);
        assert(amount != 0 && consumer != address(0) && consumer != address(this));
        assert(_pool.balance == total + amount && _accounts[consumer].balance == owned + amount);
        assert(!_cutOff);
    }
}
