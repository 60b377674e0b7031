// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";
import {Guards} from "./standIns/Guards.sol";
import {Token} from "./standIns/Token.sol";

/// @notice While a hold runs and the contract is not paused, its consumer can withdraw nothing, neither a part nor all.
contract HeldIsNotWithdrawn is Casts, Guards, Token {
    // source: Account Withdrawn _pool _accounts withdraw withdrawAll _withdraw _isHeld deposits
    // keyed: account
    // guards: noted
    // casts: uint80
    // token: _USDC

    function prove(uint256 amount, bool all) external {
        require(_accounts[msg.sender].heldUntil > block.timestamp && !_isPaused);
        _refused = false;
        if (all) withdrawAll();
        else withdraw(amount);
        assert(_refused);
        // witness: all
        // witness: !all
    }
}
