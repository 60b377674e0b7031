// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "../../../contracts/interfaces/ILuxxonSettlement.sol";
import {Acts} from "./Acts.sol";

/// @title Exits
/// @notice The two ways out and the claim, and I4: after every call each consumer tries to leave with all it owns, at once
/// or, if it has promised to stay, when that ends.
abstract contract Exits is Acts {
    /// @dev How `tryExit` ends, always.
    error ExitTried(bool ok, uint256 received, bytes returned);

    function withdraw(uint256 seed) external action(seed) {
        address consumer = _oneIn(8) ? _somebody() : _someConsumer();
        if (_oneIn(3)) consumer = _someHolderOr(consumer);
        uint256 balance = bookOf[consumer].balance;
        uint256 amount = _amountUpTo(balance);
        bytes memory expected = _refusalOfExit(consumer, amount);
        (bool ok, , ) = _act(consumer, Kind.Exit, abi.encodeCall(settlement.withdraw, (amount)), expected);
        _afterExit(consumer, amount, ok, "withdraw");
    }

    function withdrawAll(uint256 seed) external action(seed) {
        address consumer = _oneIn(4) ? _somebody() : _someConsumer();
        if (_oneIn(3)) consumer = _someHolderOr(consumer);
        uint256 amount = bookOf[consumer].balance;
        bytes memory expected = _refusalOfExit(consumer, amount);
        (bool ok, bytes memory returned, ) = _act(
            consumer,
            Kind.Exit,
            abi.encodeCall(settlement.withdrawAll, ()),
            expected
        );
        if (ok && abi.decode(returned, (uint256)) != amount) _break(0, "withdrawAll returned another amount");
        _afterExit(consumer, amount, ok, "withdrawAll");
    }

    /// @dev Anyone claims for somebody who is owed something, or for anybody.
    function claim(uint256 seed) external action(seed) {
        uint256 start = _roll(payees.length);
        address payee = payees[start];
        if (!_oneIn(8)) {
            for (uint256 i = 0; i < payees.length && owed[payee] == 0; ++i) payee = payees[(start + i) % payees.length];
        }
        _claim(payee);
    }

    /// @dev Somebody pushes everything that is owed to anybody.
    function claimAll(uint256 seed) external action(seed) {
        for (uint256 i = 0; i < payees.length; ++i) {
            if (owed[payees[i]] != 0) _claim(payees[i]);
        }
    }

    function _claim(address payee) private {
        uint256 amount = owed[payee];
        bytes memory expected = amount == 0 ? bytes("") : _refusalOfTransfer(payee, amount);
        (bool ok, bytes memory returned, Moves memory moves) = _act(
            _somebody(),
            Kind.Other,
            abi.encodeCall(settlement.claim, (payee)),
            expected
        );
        if (!ok) {
            _reached("claim refused by USDC");
            return;
        }
        if (abi.decode(returned, (uint256)) != amount) _break(0, "claim returned another amount");
        uint256 received = moves.received[placeOf[payee] - 1];
        if (received != amount) _break(0, "claim paid another amount");
        owed[payee] = amount > received ? amount - received : 0;
        _reached(amount == 0 ? bytes32("claim of nothing") : bytes32("claim paid"));
        if (paused && amount != 0) _reached("claim while paused");
    }

    function _refusalOfExit(address consumer, uint256 amount) private view returns (bytes memory) {
        if (_isHeld(consumer)) return _heldUntil(consumer);
        uint256 balance = bookOf[consumer].balance;
        if (amount == 0) return _zeroAmount();
        if (amount > balance) {
            return abi.encodeWithSelector(ILuxxonSettlement.InsufficientBalance.selector, consumer, balance, amount);
        }
        return _refusalOfTransfer(consumer, amount);
    }

    function _afterExit(address consumer, uint256 amount, bool ok, bytes32 situation) private {
        Book storage book = bookOf[consumer];
        if (ok) {
            _reached(situation);
            if (paused) _reached("withdraw while paused");
            if (book.heldUntil > clock) _reached("withdraw: held but paused");
            else if (book.heldUntil != 0) _reached("withdraw after a hold");
            book.balance -= amount < book.balance ? amount : book.balance;
            poolBook.balance -= amount < poolBook.balance ? amount : poolBook.balance;
        } else if (_isHeld(consumer)) {
            _reached("withdraw refused: held");
        } else if (amount == 0) {
            _reached("withdraw refused: zero");
        } else {
            _reached(
                amount > book.balance ? bytes32("withdraw refused: balance") : bytes32("withdraw refused by USDC")
            );
        }
    }

    /* I4 */

    /// @dev Every consumer tries to leave with everything, and is put back. Only USDC may refuse, and the consumer's own
    /// hold until its end.
    function _checkExits() internal {
        for (uint256 i = 0; i < people.length; ++i) {
            address person = people[i];
            uint256 balance = settlement.deposits(person);
            bool isHeld = _isHeld(person);
            if (settlement.withdrawable(person) != (isHeld ? 0 : balance)) {
                _break(4, string.concat("withdrawable is another amount: ", _name(person)));
            }
            if (balance == 0) continue;
            if (isHeld) {
                _checkHeld(person, balance);
                // The last second of the hold has passed.
                VM.warp(bookOf[person].heldUntil);
            }
            // For any amount: that the contract holds too little is no excuse.
            bytes memory expected = _refusalOfTransfer(person, 0);
            (bool ok, uint256 received, bytes memory returned) = _exitOf(person, balance);
            VM.warp(clock);
            if (expected.length != 0) {
                if (ok || !_isSameError(returned, expected)) _break(4, "USDC's own refusal did not come through");
                _reached("exit refused by USDC");
                continue;
            }
            if (!ok || received != balance) {
                _break(4, string.concat("cannot leave: ", _name(person), " ", VM.toString(returned)));
            }
            _reached(isHeld ? bytes32("exit at the end of a hold") : bytes32("exit"));
            if (paused && bookOf[person].heldUntil > clock) _reached("exit while held but paused");
            if (paused) _reached("exit while paused");
            if (owner == address(0)) _reached("exit with no owner");
            bool isFull = _roomIn(bookOf[person], _limitOf(person)) == 0 || _roomIn(poolBook, poolBook.ownLimit) == 0;
            if (isFull) _reached("exit with a limit used up");
        }
    }

    /// @dev Whoever has promised to stay cannot leave, not even in the last second before the end.
    function _checkHeld(address person, uint256 balance) private {
        bytes memory expected = _heldUntil(person);
        VM.warp(_oneIn(2) ? clock : bookOf[person].heldUntil - 1);
        (bool ok, , bytes memory returned) = _exitOf(person, balance);
        if (ok || !_isSameError(returned, expected))
            _break(4, string.concat("left in spite of a hold: ", _name(person)));
        _reached("exit refused: held");
    }

    function _exitOf(address person, uint256 amount) private returns (bool, uint256, bytes memory) {
        try this.tryExit(person, amount) {
            return (false, 0, "the exit was not rolled back");
        } catch (bytes memory reason) {
            return abi.decode(_withoutSelector(reason), (bool, uint256, bytes));
        }
    }

    /// @notice Lets a consumer withdraw, and reverts with what came of it, so that nothing has changed.
    function tryExit(address person, uint256 amount) external {
        uint256 before = USDC.balanceOf(person);
        VM.prank(person);
        // The outcome is the answer, whatever it is.
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory returned) = address(settlement).call(abi.encodeCall(settlement.withdraw, (amount)));
        revert ExitTried(ok, USDC.balanceOf(person) - before, returned);
    }
}
