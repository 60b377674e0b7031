// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "../../../contracts/interfaces/ILuxxonSettlement.sol";
import {Acts} from "./Acts.sol";

/// @title Entries
/// @notice What a relayer might submit: good sessions, each kind of bad one, and the greedy ones of a thief that stand
/// exactly at a limit or one µUSDC beyond.
abstract contract Entries is Acts {
    uint256 private constant MOST = 86_400 * ONE_USDC;

    /// @dev A quarter greedy; of the rest six in ten as they should be.
    function _anyEntry() internal returns (ILuxxonSettlement.BatchEntry memory e) {
        if (_oneIn(4)) return _greedyEntry();
        e = _goodEntry();
        if (_roll(10) < 4) _spoil(e, _roll(9));
    }

    function _badEntry() internal returns (ILuxxonSettlement.BatchEntry memory e) {
        e = _goodEntry();
        _spoil(e, _roll(9));
    }

    /// @dev A session within what its consumer has and may spend, by far or exactly.
    function _goodEntry() internal returns (ILuxxonSettlement.BatchEntry memory e) {
        e.from = _someConsumer();
        for (uint256 i = 0; i < CONSUMERS && bookOf[e.from].balance == 0; ++i) e.from = people[i];
        uint256 most = _least(bookOf[e.from].balance, _roomIn(bookOf[e.from], _limitOf(e.from)));
        most = _least(_least(most, _roomIn(poolBook, poolBook.ownLimit)), MOST);
        uint256 total = 1 + _roll(_oneIn(3) ? most + 1 : 1 + most / 50);
        _complete(e, _oneIn(8) || total > most ? (most == 0 ? 1 : most) : total);
    }

    /// @dev What a thief with the key sends: all there is, all that fits, and one more than that.
    function _greedyEntry() internal returns (ILuxxonSettlement.BatchEntry memory e) {
        e.from = _someConsumer();
        uint256 die = _roll(8);
        uint256 total = bookOf[e.from].balance;
        uint256 room = _roomIn(bookOf[e.from], _limitOf(e.from));
        uint256 poolRoom = _roomIn(poolBook, poolBook.ownLimit);
        if (die == 0) total += 1;
        if (die == 1) total = room;
        if (die == 2) total = _least(room, MOST - 1) + 1;
        if (die == 3) total = poolRoom;
        if (die == 4) total = _least(poolRoom, MOST - 1) + 1;
        // By the contract's own word.
        if (die == 5) total = settlement.available(e.from);
        if (die == 6) total = _least(settlement.available(e.from), MOST - 1) + 1;
        total = _least(total, MOST);
        _complete(e, total == 0 ? 1 : total);
    }

    /// @dev An id, a payee, a meter and a split for a total.
    function _complete(ILuxxonSettlement.BatchEntry memory e, uint256 total) private {
        e.sessionId = _someId();
        e.to = _oneIn(8) ? _somebody() : _someOperator();
        if (_oneIn(12)) e.to = e.from;
        if (_oneIn(12)) e.to = platform;
        if (e.to == address(settlement)) e.to = _someOperator();

        e.chargeableSeconds = 1 + _roll(86_400);
        e.ratePerSecond = (total + e.chargeableSeconds - 1) / e.chargeableSeconds;
        if (e.ratePerSecond > 1_000_000) {
            e.chargeableSeconds = 86_400;
            e.ratePerSecond = (total + 86_399) / 86_400;
        }
        uint256 mostFee = (total * 3) / 10;
        e.feeAmount = _oneIn(6) ? mostFee : _roll(mostFee + 1);
        e.toAmount = total - e.feeAmount;
    }

    /// @dev Mostly dense, so that many share a storage slot; else anything, the ends included.
    function _someId() private returns (bytes32) {
        uint256 die = _roll(12);
        if (die == 0) {
            _reached("entry with a random id");
            return bytes32(_random());
        }
        if (die == 1) return bytes32(type(uint256).max - _roll(300));
        // A UUID's run of 256 and the two beside it.
        return bytes32(uint256(0x018f_0000_0000_8000_0000_0000_0000_0000) + _roll(768));
    }

    function _spoil(ILuxxonSettlement.BatchEntry memory e, uint256 how) private {
        uint256 total = e.toAmount + e.feeAmount;
        if (how == 0 && settledIds.length != 0) e.sessionId = settledIds[_roll(settledIds.length)];
        if (how == 1) e.to = _oneIn(2) ? address(0) : address(settlement);
        if (how == 2) (e.toAmount, e.feeAmount) = (0, 0);
        if (how == 3) e.ratePerSecond = _oneIn(2) ? 1_000_001 : type(uint256).max - _roll(3);
        if (how == 4) e.chargeableSeconds = _oneIn(2) ? 86_401 : type(uint256).max - _roll(3);
        if (how == 5) {
            // One µUSDC over the meter, in either part.
            uint256 over = e.ratePerSecond * e.chargeableSeconds - total + 1;
            if (_oneIn(2)) e.toAmount += over;
            else e.feeAmount += over;
        }
        if (how == 6) {
            // The sum wraps around to something small.
            _reached("entry over 2^256");
            e.toAmount = type(uint256).max - _roll(1_000);
            e.feeAmount = _oneIn(3) ? type(uint256).max : 1_001 + _roll(1_000);
        }
        if (how == 7) {
            // The smallest fee over 30 %.
            e.feeAmount = (total * 3) / 10 + 1;
            e.toAmount = e.feeAmount > total ? 0 : total - e.feeAmount;
        }
        if (how == 8) {
            // Somebody who never had a pool, or an account that no key opens.
            e.from = _oneIn(2) ? stranger : address(0);
        }
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
