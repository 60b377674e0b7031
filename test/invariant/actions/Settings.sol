// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {ILuxxonSettlement} from "../../../contracts/interfaces/ILuxxonSettlement.sol";
import {Acts} from "./Acts.sol";

/// @title Settings
/// @notice Owner, guardian, and the consumers' own limits; and whoever tries without being one of them.
abstract contract Settings is Acts {
    function setDailyLimit(uint256 seed) external action(seed) {
        address consumer = _someConsumer();
        if (_oneIn(3)) consumer = _someHolderOr(consumer);
        _setOwnLimit(consumer, _someLimit(10_000 * ONE_USDC));
    }

    function _setOwnLimit(address consumer, uint64 limit) internal {
        uint256 before = _limitOf(consumer);
        Book storage book = bookOf[consumer];
        bytes memory expected = _refusalOfWidth(limit);
        if (_isHeld(consumer) && limit < book.ownLimit) {
            expected = _heldUntil(consumer);
            _reached("lower limit refused: held");
        }
        (bool ok, , ) = _act(consumer, Kind.Other, abi.encodeCall(settlement.setDailyLimit, (limit)), expected);
        if (!ok) return;
        _reached("setDailyLimit");
        if (_isHeld(consumer) && limit > book.ownLimit) _reached("limit raised while held");
        if (paused && book.heldUntil > clock && limit < book.ownLimit) _reached("limit lowered: held but paused");
        book.ownLimit = limit;
        if (_limitOf(consumer) != before) _limitChanged(consumer);
    }

    function setDefaultDailyLimit(uint256 seed) external action(seed) {
        uint64 limit = _someLimit(10_000 * ONE_USDC);
        bytes memory data = abi.encodeCall(settlement.setDefaultDailyLimit, (limit));
        if (!_set(_ownerOrNot(), data, _refusalOfWidth(limit))) return;
        _reached("setDefaultDailyLimit");
        if (limit == defaultLimit) return;
        defaultLimit = limit;
        for (uint256 i = 0; i < people.length; ++i) {
            if (bookOf[people[i]].ownLimit == 0) _limitChanged(people[i]);
        }
    }

    function setPoolDailyLimit(uint256 seed) external action(seed) {
        uint64 limit = _someLimit(15_000 * ONE_USDC);
        bytes memory data = abi.encodeCall(settlement.setPoolDailyLimit, (limit));
        if (!_set(_ownerOrNot(), data, _refusalOfWidth(limit))) return;
        _reached("setPoolDailyLimit");
        if (limit == poolBook.ownLimit) return;
        poolBook.ownLimit = limit;
        _limitChanged(address(0));
    }

    function setRelayer(uint256 seed) external action(seed) {
        address next = _oneIn(6) ? address(0) : relayers[_roll(2)];
        if (!_set(_ownerOrNot(), abi.encodeCall(settlement.setRelayer, (next)), _refusalOfZero(next))) return;
        _reached("setRelayer");
        relayer = next;
    }

    function setGuardian(uint256 seed) external action(seed) {
        address next = _oneIn(6) ? address(0) : guardians[_roll(2)];
        if (!_set(_ownerOrNot(), abi.encodeCall(settlement.setGuardian, (next)), "")) return;
        _reached("setGuardian");
        guardian = next;
    }

    function setPlatformWallet(uint256 seed) external action(seed) {
        address next = platforms[_roll(2)];
        // Odd choices: an operator, this contract (fees become surplus), USDC itself (fees become stuck credits), none.
        if (_oneIn(6)) next = _someOperator();
        if (_oneIn(12)) next = address(settlement);
        if (_oneIn(16)) next = address(USDC);
        if (_oneIn(12)) next = address(0);
        if (!_set(_ownerOrNot(), abi.encodeCall(settlement.setPlatformWallet, (next)), _refusalOfZero(next))) return;
        _reached("setPlatformWallet");
        platform = next;
    }

    function pause(uint256 seed) external action(seed) {
        // A pause stops most of what there is to see.
        if (_oneIn(2)) return;
        address sender = guardian == address(0) || _oneIn(4) ? _somebody() : guardian;
        if (_oneIn(4) && owner != address(0)) sender = owner;
        bytes memory expected;
        if (sender != guardian && sender != owner) {
            expected = abi.encodeWithSelector(ILuxxonSettlement.NotGuardian.selector, sender);
            _reached("pause refused: not guardian");
        } else if (paused) {
            expected = _enforcedPause();
            _reached("pause refused: paused");
        }
        (bool ok, , ) = _act(sender, Kind.Other, abi.encodeCall(settlement.pause, ()), expected);
        if (!ok) return;
        _reached("pause");
        paused = true;
    }

    function unpause(uint256 seed) external action(seed) {
        address sender = _ownerOrNot();
        bytes memory expected;
        if (sender != owner) {
            expected = _notOwner(sender);
            _reached("setting refused: not owner");
        } else if (!paused) {
            expected = abi.encodeWithSelector(Pausable.ExpectedPause.selector);
            _reached("unpause refused: not paused");
        }
        (bool ok, , ) = _act(sender, Kind.Other, abi.encodeCall(settlement.unpause, ()), expected);
        if (!ok) return;
        _reached("unpause");
        paused = false;
    }

    function handOver(uint256 seed) external action(seed) {
        if (_oneIn(2)) {
            address next = _oneIn(8) ? address(0) : owners[_roll(2)];
            if (_set(_ownerOrNot(), abi.encodeCall(settlement.transferOwnership, (next)), "")) pendingOwner = next;
            return;
        }
        if (_oneIn(16)) {
            if (!_set(_ownerOrNot(), abi.encodeCall(settlement.renounceOwnership, ()), "")) return;
            (owner, pendingOwner) = (address(0), address(0));
            _reached("owner renounced");
            return;
        }
        address sender = pendingOwner == address(0) || _oneIn(6) ? _somebody() : pendingOwner;
        bytes memory expected = sender == pendingOwner ? bytes("") : _notOwner(sender);
        (bool ok, , ) = _act(sender, Kind.Other, abi.encodeCall(settlement.acceptOwnership, ()), expected);
        _reached(ok ? bytes32("owner handed over") : bytes32("handover refused: not pending"));
        if (ok) (owner, pendingOwner) = (sender, address(0));
    }

    function rescue(uint256 seed) external action(seed) {
        address sender = _ownerOrNot();
        address to = _oneIn(8) ? address(0) : payees[_roll(payees.length)];
        uint256 free = USDC.balanceOf(address(settlement)) - poolBook.balance - _allOwed();
        uint256 amount = _oneIn(3) ? free + 1 + _roll(free + 1) : _roll(free + 1);
        bytes memory expected;
        bytes32 situation = "rescue";
        if (sender != owner) {
            (expected, situation) = (_notOwner(sender), "setting refused: not owner");
        } else if (to == address(0)) {
            (expected, situation) = (_refusalOfZero(to), "setting refused: zero address");
        } else if (amount > free) {
            expected = abi.encodeWithSelector(ILuxxonSettlement.ExceedsSurplus.selector, free);
            situation = "rescue refused: surplus";
        } else {
            expected = _refusalOfTransfer(to, amount);
            if (expected.length != 0) situation = "rescue refused by USDC";
        }
        bytes memory data = abi.encodeCall(settlement.rescue, (USDC, to, amount));
        _act(sender, Kind.Other, data, expected);
        _reached(situation);
    }

    /// @dev All that the contract owes beside deposits.
    function _allOwed() internal view returns (uint256 sum) {
        for (uint256 i = 0; i < payees.length; ++i) sum += owed[payees[i]];
    }

    /// @dev None, tiny, of the size of a day's sessions, too large to matter, or too large to be stored.
    function _someLimit(uint256 typical) private returns (uint64) {
        uint256 die = _roll(10);
        if (die < 2) return 0;
        if (die == 2) return uint64(1 + _roll(1_000));
        if (die == 3) return _oneIn(2) ? type(uint56).max : uint64(type(uint56).max) + 1 + uint64(_random() >> 200);
        return uint64(1 + _roll(typical));
    }

    function _refusalOfWidth(uint64 limit) private pure returns (bytes memory) {
        return limit > type(uint56).max ? _tooWide(56, limit) : bytes("");
    }

    function _refusalOfZero(address account) private pure returns (bytes memory) {
        return account == address(0) ? abi.encodeWithSelector(ILuxxonSettlement.ZeroAddress.selector) : bytes("");
    }
}
