// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "../../../contracts/interfaces/ILuxxonSettlement.sol";
import {Settings} from "./Settings.sol";

/// @title Holds
/// @notice Consumers promise to stay for a while: good promises, and those that are too long, no later than what stands,
/// or without a limit.
abstract contract Holds is Settings {
    function hold(uint256 seed) external action(seed) {
        address consumer = _oneIn(8) ? _somebody() : _someConsumer();
        if (_oneIn(4)) consumer = _someHolderOr(consumer);
        Book storage book = bookOf[consumer];
        // Mostly one that owns something, and has a limit of its own.
        if (!_oneIn(6)) {
            uint256 start = _roll(CONSUMERS);
            for (uint256 i = 0; i < CONSUMERS && book.balance == 0; ++i) {
                consumer = people[(start + i) % CONSUMERS];
                book = bookOf[consumer];
            }
            if (book.ownLimit == 0) _setOwnLimit(consumer, uint64(1 + _roll(10_000 * ONE_USDC)));
        }
        uint64 until = _someSecond(book.heldUntil);
        bytes memory expected = _refusalOfHold(consumer, until);
        (bool ok, , ) = _act(consumer, Kind.Hold, abi.encodeCall(settlement.hold, (until)), expected);
        if (!ok) return;
        _reached("hold");
        if (book.heldUntil > clock) _reached("hold extended");
        else if (book.heldUntil != 0) _reached("hold after a hold");
        if (until == clock + 1 days) _reached("hold of exactly a day");
        if (paused) _reached("hold while paused");
        book.heldUntil = until;
    }

    function _refusalOfHold(address consumer, uint256 until) private returns (bytes memory) {
        Book memory book = bookOf[consumer];
        if (until > clock + 1 days) {
            _reached("hold refused: too long");
            return abi.encodeWithSelector(ILuxxonSettlement.HoldTooLong.selector, until, clock + 1 days);
        }
        if (until <= clock) {
            if (book.heldUntil > clock) return _notLater(until, book.heldUntil);
            _reached("hold refused: not ahead");
            return abi.encodeWithSelector(ILuxxonSettlement.HoldNotLater.selector, until, clock);
        }
        if (until <= book.heldUntil) return _notLater(until, book.heldUntil);
        if (book.ownLimit == 0) {
            _reached("hold refused: no limit");
            return abi.encodeWithSelector(ILuxxonSettlement.HoldNeedsLimit.selector, consumer);
        }
        return "";
    }

    function _notLater(uint256 until, uint256 standing) private returns (bytes memory) {
        _reached("hold refused: shorter");
        return abi.encodeWithSelector(ILuxxonSettlement.HoldNotLater.selector, until, standing);
    }

    /// @dev When a hold is to end: mostly within a day; now and then at an edge, or far out.
    function _someSecond(uint256 standing) private returns (uint64) {
        uint256 die = _roll(12);
        if (die == 0) return uint64(clock + 1 days);
        if (die == 1) return uint64(clock + 1 days + 1);
        if (die == 2) return uint64(_oneIn(2) ? clock : _roll(clock));
        if (die == 3) return uint64(standing + _roll(3)) - (standing == 0 ? 0 : 1);
        if (die == 4) return uint64(_random());
        return uint64(clock + 1 + _roll(1 days));
    }
}
