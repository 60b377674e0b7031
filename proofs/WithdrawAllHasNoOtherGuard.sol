// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";
import {Guards} from "./standIns/Guards.sol";
import {Token} from "./standIns/Token.sol";

/// @notice Without such a hold, or while paused, `withdrawAll` is never refused to who owns anything, and takes it all.
/// @dev Assumed as in `WithdrawalHasNoOtherGuard`.
contract WithdrawAllHasNoOtherGuard is Casts, Guards, Token {
    // source: Account Withdrawn _pool _accounts withdrawAll _withdraw _isHeld deposits
    // keyed: account
    // guards: noted
    // casts: uint80
    // token: _USDC

    function prove() external {
        uint256 before = _received[msg.sender];
        uint256 owned = deposits(msg.sender);
        require(owned != 0 && !_isEntered);
        require(owned <= _pool.balance && _pool.balance <= _held);
        require(before <= type(uint256).max - owned);
        uint256 held = _accounts[msg.sender].heldUntil;
        require(held <= block.timestamp || _isPaused);
        (_refused, _cutOff) = (false, false);
        uint256 amount = withdrawAll();
        assert(!_refused && !_cutOff);
        assert(amount == owned && deposits(msg.sender) == 0 && _received[msg.sender] == before + owned);
        // witness: held == 0 && !_isPaused
        // witness: held == block.timestamp && !_isPaused
        // witness: held > block.timestamp
    }
}
