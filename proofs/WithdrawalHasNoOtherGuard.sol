// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Casts} from "./standIns/Casts.sol";
import {Guards} from "./standIns/Guards.sol";
import {Token} from "./standIns/Token.sol";

/// @notice Without a hold of the caller's own that is still running, or while paused, a withdrawal of what the caller owns is
/// never refused: not by a pause, a role, a limit or a settlement.
/// @dev Assumed: the call is not from within another (`nonReentrant`), one account owns at most what all own together
/// (I2), the contract holds that (I1), and USDC lets the caller receive.
contract WithdrawalHasNoOtherGuard is Casts, Guards, Token {
    // source: Account Withdrawn _pool _accounts withdraw _withdraw _isHeld deposits
    // keyed: account
    // guards: noted
    // casts: uint80
    // token: _USDC

    function prove(uint256 amount) external {
        uint256 before = _received[msg.sender];
        require(amount != 0 && amount <= deposits(msg.sender) && !_isEntered);
        require(deposits(msg.sender) <= _pool.balance && _pool.balance <= _held);
        require(before <= type(uint256).max - amount);
        uint256 held = _accounts[msg.sender].heldUntil;
        require(held <= block.timestamp || _isPaused);
        (_refused, _cutOff) = (false, false);
        withdraw(amount);
        assert(!_refused && !_cutOff);
        assert(_received[msg.sender] == before + amount);
        // witness: held == 0 && !_isPaused
        // witness: held == block.timestamp && !_isPaused
        // witness: held > block.timestamp
    }
}
