// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "../../../contracts/interfaces/ILuxxonSettlement.sol";
import {Entries} from "./Entries.sol";

/// @title Settlements
/// @notice The relayer, honest or not: single sessions and batches of every mix. Around a batch, I9: it must leave the
/// same state as the same batch without the entries that were skipped.
abstract contract Settlements is Entries {
    /// @dev How `rehearse` ends, always.
    error Rehearsed(bool ok, bytes32 digest);

    ILuxxonSettlement.BatchEntry[] private _lastBatch;

    function settleFromPool(uint256 seed) external action(seed) {
        _settleOne(_oneIn(2) ? _anyEntry() : _badEntry());
    }

    /// @dev A thief with the relayer's key: one greedy session after another, in one second.
    function drain(uint256 seed) external action(seed) {
        uint256 times = 1 + _roll(4);
        for (uint256 i = 0; i < times; ++i) _settleOne(_greedyEntry());
    }

    function settleBatch(uint256 seed) external action(seed) {
        uint256 size = 1 + _roll(12);
        if (_oneIn(40)) size = 100;
        if (_oneIn(25)) size = _oneIn(2) ? 0 : 101;
        ILuxxonSettlement.BatchEntry[] memory entries = new ILuxxonSettlement.BatchEntry[](size);
        for (uint256 i = 0; i < size; ++i) {
            entries[i] = _anyEntry();
            // Now and then the same id twice, and the same payee in a row.
            if (i != 0 && _oneIn(10)) entries[i].sessionId = entries[_roll(i)].sessionId;
            if (i != 0 && _oneIn(3)) entries[i].to = entries[i - 1].to;
        }
        _settleMany(entries);
    }

    /// @dev A batch in which every entry is bad, so that nothing at all may happen.
    function settleBadBatch(uint256 seed) external action(seed) {
        uint256 size = 1 + _roll(6);
        ILuxxonSettlement.BatchEntry[] memory entries = new ILuxxonSettlement.BatchEntry[](size);
        for (uint256 i = 0; i < size; ++i) {
            for (uint256 tries = 0; tries < 8; ++tries) {
                entries[i] = _anyEntry();
                if (_judge(entries[i]) != ILuxxonSettlement.Refusal.None) break;
            }
        }
        _settleMany(entries);
    }

    /// @dev The last batch again, as a relayer does that did not see it confirmed.
    function settleAgain(uint256 seed) external action(seed) {
        if (_lastBatch.length == 0) return;
        _reached("batch sent again");
        _settleMany(_lastBatch);
    }

    /* ONE */

    function _settleOne(ILuxxonSettlement.BatchEntry memory e) private {
        _know(e.sessionId);
        address sender = _relayerOrNot();
        bytes memory expected = _refusalOfCaller(sender);
        ILuxxonSettlement.Refusal reason = _judge(e);
        if (settlement.checkSettlement(e) != reason) _break(0, "checkSettlement says another reason");
        bool judged = expected.length == 0;
        if (judged && reason != ILuxxonSettlement.Refusal.None) {
            expected = abi.encodeWithSelector(ILuxxonSettlement.SettlementRefused.selector, e.sessionId, reason);
        }
        bytes memory data = abi.encodeCall(
            settlement.settleFromPool,
            (e.sessionId, e.from, e.to, e.ratePerSecond, e.chargeableSeconds, e.toAmount, e.feeAmount)
        );
        (bool ok, , Moves memory moves) = _act(sender, Kind.Settle, data, expected);
        if (judged) _reached(_situationOf(reason, false));
        if (ok && expected.length == 0) {
            _reached("settleFromPool");
            ILuxxonSettlement.BatchEntry[] memory one = new ILuxxonSettlement.BatchEntry[](1);
            one[0] = e;
            _checkEntries(one, 1);
            _checkPayouts(moves);
        }
        _checkBits(e.sessionId);
    }

    /* MANY */

    function _settleMany(ILuxxonSettlement.BatchEntry[] memory entries) private {
        uint256 size = entries.length;
        for (uint256 i = 0; i < size; ++i) _know(entries[i].sessionId);
        address sender = _relayerOrNot();
        bytes memory expected = _refusalOfCaller(sender);
        if (expected.length == 0 && (size == 0 || size > 100)) {
            expected = abi.encodeWithSelector(ILuxxonSettlement.InvalidBatchSize.selector, size);
            _reached("batch refused: size");
        }
        bytes memory data = abi.encodeCall(settlement.settleBatch, (entries));
        if (expected.length != 0) {
            _act(sender, Kind.Settle, data, expected);
            return;
        }

        bytes32 withoutSkipped = _rehearse(sender, entries);
        (bool ok, bytes memory returned, Moves memory moves) = _act(sender, Kind.Settle, data, expected);
        if (!ok) return;
        uint256 bitmap = _checkEntries(entries, size);
        bool isAsJudged = abi.decode(returned, (uint256)) == bitmap;
        if (!isAsJudged) _break(0, "settleBatch returned another bitmap");
        // I9; where other entries were skipped than the rules say, the rehearsal was of another batch.
        if (isAsJudged && _digest(entries) != withoutSkipped) _break(9, "a skipped entry has changed something");
        _checkPayouts(moves);
        for (uint256 i = 0; i < size; ++i) _checkBits(entries[i].sessionId);

        _reached("settleBatch");
        if (bitmap == 0) _reached("batch of which nothing settles");
        if (size == 100) _reached("batch of a hundred");
        delete _lastBatch;
        for (uint256 i = 0; i < size && i < 12; ++i) _lastBatch.push(entries[i]);
    }

    /// @dev The state that the batch would leave without the entries that will be skipped.
    function _rehearse(address sender, ILuxxonSettlement.BatchEntry[] memory entries) private returns (bytes32) {
        try this.rehearse(sender, entries) {
            return 0;
        } catch (bytes memory reason) {
            if (bytes4(reason) != Rehearsed.selector) return 0;
            (bool ok, bytes32 digest) = abi.decode(_withoutSelector(reason), (bool, bytes32));
            if (!ok) _break(0, "a batch of good entries failed");
            return digest;
        }
    }

    /// @notice Settles the good ones of these entries, and reverts with a digest of the state after that.
    function rehearse(address sender, ILuxxonSettlement.BatchEntry[] memory entries) external {
        uint256 count = 0;
        ILuxxonSettlement.BatchEntry[] memory good = new ILuxxonSettlement.BatchEntry[](entries.length);
        for (uint256 i = 0; i < entries.length; ++i) {
            if (_judge(entries[i]) != ILuxxonSettlement.Refusal.None) continue;
            _settleInModel(entries[i]);
            good[count++] = entries[i];
        }
        bool ok = true;
        if (count != 0) {
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                mstore(good, count)
            }
            VM.prank(sender);
            // solhint-disable-next-line avoid-low-level-calls
            (ok, ) = address(settlement).call(abi.encodeCall(settlement.settleBatch, (good)));
        }
        revert Rehearsed(ok, _digest(entries));
    }

    /// @dev Every balance, limit, bucket, credit and bit that an entry could touch.
    function _digest(ILuxxonSettlement.BatchEntry[] memory entries) private view returns (bytes32 digest) {
        digest = keccak256(abi.encode(settlement.pool(), settlement.totalCredits(), settlement.defaultDailyLimit()));
        for (uint256 i = 0; i < people.length; ++i) {
            digest = keccak256(abi.encode(digest, settlement.accountOf(people[i])));
        }
        for (uint256 i = 0; i < payees.length; ++i) {
            digest = keccak256(abi.encode(digest, settlement.credits(payees[i]), USDC.balanceOf(payees[i])));
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            digest = keccak256(abi.encode(digest, settlement.settled(entries[i].sessionId)));
        }
    }

    /* WHAT MUST COME OF IT */

    /// @dev Judges the entries one after the other and compares what the contract said of each, to the last value.
    function _checkEntries(
        ILuxxonSettlement.BatchEntry[] memory entries,
        uint256 size
    ) private returns (uint256 bitmap) {
        bytes32[] memory said = _saidOfEntries();
        if (said.length != size) _break(0, "another number of entries was settled or skipped");
        for (uint256 i = 0; i < size; ++i) {
            ILuxxonSettlement.BatchEntry memory e = entries[i];
            ILuxxonSettlement.Refusal reason = _judge(e);
            bytes32 expected = reason == ILuxxonSettlement.Refusal.None ? _settledEvent(e) : _skippedEvent(e, reason);
            if (i < said.length && said[i] != expected) {
                _break(0, string.concat("another event, expected reason ", VM.toString(uint256(reason))));
            }
            if (size > 1 || reason != ILuxxonSettlement.Refusal.None) _reached(_situationOf(reason, true));
            if (reason != ILuxxonSettlement.Refusal.None) continue;
            bitmap |= 1 << i;
            _settleInModel(e);
            if (_isHeld(e.from)) _reached("entry charges a held pool");
            if (e.to == e.from) _reached("entry pays its consumer");
            if (e.to == platform) _reached("entry pays the platform");
            uint256 total = e.toAmount + e.feeAmount;
            if (e.feeAmount * 10 == total * 3) _reached("fee of exactly 30 %");
        }
    }

    /// @dev USDC's word on each payee decides: paid at once, or credited.
    function _checkPayouts(Moves memory moves) private {
        for (uint256 i = 0; i < payees.length; ++i) {
            if (moves.entitled[i] == 0) continue;
            bool isRefused = _refusalOfTransfer(payees[i], 0).length != 0;
            if (moves.received[i] != (isRefused ? 0 : moves.entitled[i])) {
                _break(0, string.concat("paid another amount to ", _name(payees[i])));
            }
            if (isRefused) _reached(payees[i] == platform ? bytes32("fee credited") : bytes32("payout credited"));
        }
    }

    /// @dev I5: an id's bit is what the events of its whole life say, and so are the bits beside it.
    function _checkBits(bytes32 id) internal {
        _checkBit(id);
        _checkBit(bytes32(uint256(id) ^ 1));
        _checkBit(bytes32(uint256(id) ^ (1 << 8)));
        _checkBit(bytes32(uint256(id) ^ (1 << _roll(256))));
    }

    function _checkBit(bytes32 id) internal {
        if (settlement.settled(id) == (timesSettled[id] != 0)) return;
        _break(5, timesSettled[id] == 0 ? "an id counts as settled that never was" : "a settled id counts as open");
    }

    function _settledEvent(ILuxxonSettlement.BatchEntry memory e) private pure returns (bytes32) {
        bytes32[] memory topics = new bytes32[](4);
        topics[0] = ILuxxonSettlement.Settled.selector;
        topics[1] = e.sessionId;
        topics[2] = bytes32(uint256(uint160(e.from)));
        topics[3] = bytes32(uint256(uint160(e.to)));
        return keccak256(abi.encode(topics, abi.encode(e.toAmount, e.feeAmount, e.ratePerSecond, e.chargeableSeconds)));
    }

    function _skippedEvent(
        ILuxxonSettlement.BatchEntry memory e,
        ILuxxonSettlement.Refusal reason
    ) private pure returns (bytes32) {
        bytes32[] memory topics = new bytes32[](2);
        topics[0] = ILuxxonSettlement.SettlementSkipped.selector;
        topics[1] = e.sessionId;
        return keccak256(abi.encode(topics, abi.encode(reason)));
    }

    function _situationOf(ILuxxonSettlement.Refusal reason, bool inBatch) private pure returns (bytes32) {
        if (reason == ILuxxonSettlement.Refusal.None) return "entry settled";
        return inBatch ? _skippedSituation(uint256(reason)) : _refusedSituation(uint256(reason));
    }

    /* WHO */

    function _relayerOrNot() private returns (address) {
        return _oneIn(20) ? _somebody() : relayer;
    }

    function _refusalOfCaller(address sender) private returns (bytes memory) {
        if (sender != relayer) {
            _reached("settle refused: not relayer");
            return abi.encodeWithSelector(ILuxxonSettlement.NotRelayer.selector, sender);
        }
        if (paused) {
            _reached("settle refused: paused");
            return _enforcedPause();
        }
        return "";
    }
}
