// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ILuxxonSettlement} from "../../contracts/interfaces/ILuxxonSettlement.sol";
import {Model} from "./Model.sol";
import {Vm} from "./TestBase.sol";

/// @title Witness
/// @notice Sees every call to the contract: what it emitted, what USDC moved, what balances did. Keeps the books of the
/// invariants from that alone, and notes each invariant that a call has broken, by its number.
abstract contract Witness is Model {
    /// @dev What a call is meant to do, which decides whose balance it may lower (I8).
    enum Kind {
        Deposit,
        Exit,
        Settle,
        Hold,
        Other
    }

    struct Draw {
        uint256 time;
        uint256 amount;
    }

    /// @dev What one call moved; the lists go by place in `payees`.
    struct Moves {
        /// What events say was to be paid to each, less what they say became a credit.
        int256[] named;
        /// What the settled sessions entitled each to.
        uint256[] entitled;
        /// What USDC moved from the contract to each, and from each to the contract.
        uint256[] received;
        uint256[] paidIn;
        /// What events say each paid in.
        uint256[] deposited;
        /// What the settled sessions took from each.
        uint256[] charged;
        uint256 settledCount;
        /// Who has promised to stay, and until when; of the last such event.
        address holder;
        uint256 heldUntil;
        bool stranger;
    }

    /// @dev What a batch must say of an entry: `Settled` or `SettlementSkipped`, as topics and data.
    bytes32[] private _said;

    mapping(address consumer => uint256 amount) internal depositedBy;
    mapping(address consumer => uint256 amount) internal withdrawnBy;
    mapping(address consumer => uint256 amount) internal chargedTo;
    mapping(bytes32 id => uint256 times) internal timesSettled;
    bytes32[] internal settledIds;
    /// @dev Every id that an entry ever had.
    bytes32[] internal knownIds;
    mapping(bytes32 id => bool yes) private _isKnown;

    /// @dev The draws under the limit that holds now, one for each second; the zero address is the pool.
    mapping(address consumer => Draw[] draws) private _draws;

    /// @dev Until when each has promised to stay, as last seen.
    mapping(address consumer => uint256 until) private _heldUntilOf;

    /// @dev By number of invariant; 0: a call had another outcome than the rules say.
    string[12] private _broken;
    bool internal anythingBroken;

    function _break(uint256 number, string memory what) internal {
        if (bytes(_broken[number]).length == 0) _broken[number] = what;
        anythingBroken = true;
    }

    /// @dev Every invariant that calls have broken so far, as one text.
    function _brokenSoFar() internal view returns (string memory text) {
        for (uint256 i = 1; i <= 12; ++i) {
            uint256 number = i % 12;
            if (bytes(_broken[number]).length == 0) continue;
            string memory name = number == 0 ? "outcome" : string.concat("I", VM.toString(number));
            text = string.concat(text, bytes(text).length == 0 ? "" : "; ", name, ": ", _broken[number]);
        }
    }

    /// @dev The books of I3: what a consumer owns by what was seen; signed, since a broken contract may take more.
    function _ownedBy(address consumer) internal view returns (int256) {
        return int256(depositedBy[consumer]) - int256(withdrawnBy[consumer]) - int256(chargedTo[consumer]);
    }

    /// @dev Calls the contract and takes note of what the call did.
    function _call(
        address sender,
        Kind kind,
        bytes memory data
    ) internal returns (bool ok, bytes memory returned, Moves memory moves) {
        VM.recordLogs();
        VM.prank(sender);
        // The outcome is judged by whoever made the call, revert data included.
        // solhint-disable-next-line avoid-low-level-calls
        (ok, returned) = address(settlement).call(data);
        Vm.Log[] memory logs = VM.getRecordedLogs();
        // The recorder also keeps what a reverted call would have emitted.
        moves = _read(ok ? logs : new Vm.Log[](0));
        _checkNames(moves);
        _checkAuthority(moves, kind, sender);
        _checkHolds(moves, kind, sender);
        _keepBooks(moves, kind, sender);
        if (moves.settledCount != 0) _notePoolDraw(moves);
    }

    /* READING */

    function _read(Vm.Log[] memory logs) private returns (Moves memory moves) {
        uint256 size = payees.length;
        moves.named = new int256[](size);
        moves.entitled = new uint256[](size);
        moves.received = new uint256[](size);
        moves.paidIn = new uint256[](size);
        moves.deposited = new uint256[](size);
        moves.charged = new uint256[](size);
        delete _said;
        for (uint256 i = 0; i < logs.length; ++i) {
            Vm.Log memory log = logs[i];
            if (log.emitter == address(USDC)) _readUsdc(log, moves);
            else if (log.emitter == address(settlement)) _readOwn(log, moves);
        }
    }

    function _readUsdc(Vm.Log memory log, Moves memory moves) private view {
        if (log.topics[0] != IERC20.Transfer.selector) return;
        uint256 amount = abi.decode(log.data, (uint256));
        address from = _account(log.topics[1]);
        address to = _account(log.topics[2]);
        if (from == address(settlement)) moves.received[_place(to, moves)] += amount;
        if (to == address(settlement)) moves.paidIn[_place(from, moves)] += amount;
    }

    function _readOwn(Vm.Log memory log, Moves memory moves) private {
        bytes32 name = log.topics[0];
        if (name == ILuxxonSettlement.Settled.selector) {
            _readSettled(log, moves);
        } else if (name == ILuxxonSettlement.SettlementSkipped.selector) {
            _said.push(keccak256(abi.encode(log.topics, log.data)));
        } else if (name == ILuxxonSettlement.Deposited.selector) {
            uint256 amount = abi.decode(log.data, (uint256));
            moves.deposited[_place(_account(log.topics[2]), moves)] += amount;
        } else if (name == ILuxxonSettlement.PayoutCredited.selector) {
            moves.named[_place(_account(log.topics[1]), moves)] -= int256(abi.decode(log.data, (uint256)));
        } else if (name == ILuxxonSettlement.Withdrawn.selector || name == ILuxxonSettlement.CreditClaimed.selector) {
            moves.named[_place(_account(log.topics[1]), moves)] += int256(abi.decode(log.data, (uint256)));
        } else if (name == ILuxxonSettlement.Held.selector) {
            moves.holder = _account(log.topics[1]);
            moves.heldUntil = abi.decode(log.data, (uint256));
        } else if (name == ILuxxonSettlement.Rescued.selector) {
            moves.named[_place(_account(log.topics[2]), moves)] += int256(abi.decode(log.data, (uint256)));
        }
    }

    function _readSettled(Vm.Log memory log, Moves memory moves) private {
        (uint256 toAmount, uint256 feeAmount, uint256 rate, uint256 secs) = abi.decode(
            log.data,
            (uint256, uint256, uint256, uint256)
        );
        _said.push(keccak256(abi.encode(log.topics, log.data)));
        // I6, part by part: the sum of two wrong amounts could wrap around.
        bool holds = rate <= 1_000_000 && secs <= 86_400;
        holds = holds && toAmount <= rate * secs && feeAmount <= rate * secs - toAmount;
        if (!holds || feeAmount * 10_000 > (toAmount + feeAmount) * 3_000) {
            _break(6, "a settled session is over its meter, the fee or a ceiling");
            return;
        }
        // I5
        bytes32 id = log.topics[1];
        timesSettled[id] += 1;
        if (timesSettled[id] == 1) settledIds.push(id);
        else _break(5, "an id settled twice");
        _know(id);

        uint256 from = _place(_account(log.topics[2]), moves);
        uint256 to = _place(_account(log.topics[3]), moves);
        uint256 fees = _place(platform, moves);
        moves.entitled[to] += toAmount;
        moves.entitled[fees] += feeAmount;
        moves.named[to] += int256(toAmount);
        moves.named[fees] += int256(feeAmount);
        moves.charged[from] += toAmount + feeAmount;
        ++moves.settledCount;
    }

    function _account(bytes32 topic) private pure returns (address) {
        return address(uint160(uint256(topic)));
    }

    function _place(address account, Moves memory moves) private view returns (uint256 place) {
        place = placeOf[account];
        if (place != 0) return place - 1;
        moves.stranger = true;
    }

    function _know(bytes32 id) internal {
        if (_isKnown[id]) return;
        _isKnown[id] = true;
        knownIds.push(id);
    }

    /* CHECKING */

    /// @dev I10: for each account, what USDC paid it is what the events name, and what it paid in likewise.
    function _checkNames(Moves memory moves) private {
        if (moves.stranger) _break(10, "USDC or an event names an account that no call named");
        for (uint256 i = 0; i < payees.length; ++i) {
            if (moves.named[i] != int256(moves.received[i])) {
                _break(10, string.concat("USDC paid another amount than events name: ", _name(payees[i])));
            }
            // A payout to the contract itself (the platform's wallet can be set to it) moves nothing.
            if (payees[i] != address(settlement) && moves.deposited[i] != moves.paidIn[i]) {
                _break(10, string.concat("USDC took another amount than events name: ", _name(payees[i])));
            }
        }
    }

    /// @dev I8: a balance falls only in a consumer's own exit, or in a settlement that charges that consumer.
    function _checkAuthority(Moves memory moves, Kind kind, address sender) private {
        for (uint256 i = 0; i < people.length; ++i) {
            address person = people[i];
            if (int256(settlement.deposits(person)) >= _ownedBy(person)) continue;
            if (kind == Kind.Exit && person == sender) continue;
            if (kind == Kind.Settle && moves.charged[i] != 0) continue;
            _break(8, string.concat("a balance fell in somebody else's call: ", _name(person)));
        }
    }

    /// @dev I11: only a consumer's own `hold` changes how long it has to stay, never to longer than a day from now, never to
    /// an earlier second, and the event says it.
    function _checkHolds(Moves memory moves, Kind kind, address sender) private {
        for (uint256 i = 0; i < people.length; ++i) {
            address person = people[i];
            uint256 before = _heldUntilOf[person];
            uint256 until = settlement.accountOf(person).heldUntil;
            bool isOwn = kind == Kind.Hold && person == sender;
            if (moves.holder == person && !(isOwn && until == moves.heldUntil)) {
                _break(11, string.concat("an event names another hold: ", _name(person)));
            }
            if (until == before) continue;
            if (!isOwn || moves.holder != person) _break(11, string.concat("held by another call: ", _name(person)));
            if (until > clock + 1 days) _break(11, string.concat("held for more than a day: ", _name(person)));
            if (until <= before || until <= clock) _break(11, string.concat("held backwards: ", _name(person)));
            _heldUntilOf[person] = until;
        }
        if (settlement.pool().heldUntil != 0) _break(11, "the whole pool is held");
    }

    /// @dev Withdrawals and settlements, as they were seen; what a deposit added is known to whoever made it.
    function _keepBooks(Moves memory moves, Kind kind, address sender) private {
        for (uint256 i = 0; i < payees.length; ++i) {
            address account = payees[i];
            if (moves.charged[i] != 0) {
                chargedTo[account] += moves.charged[i];
                _noteDraw(account, _limitOf(account), moves.charged[i], "consumer's limit used up");
            }
            // What a session entitled to and USDC did not move is owed, whatever the events say.
            if (moves.entitled[i] > moves.received[i]) owed[account] += moves.entitled[i] - moves.received[i];
        }
        if (kind == Kind.Exit) withdrawnBy[sender] += moves.received[placeOf[sender] - 1];
    }

    function _notePoolDraw(Moves memory moves) private {
        uint256 total = 0;
        for (uint256 i = 0; i < people.length; ++i) total += moves.charged[i];
        _noteDraw(address(0), poolBook.ownLimit, total, "pool's limit used up");
    }

    /// @dev I7: adds a draw to the history under a limit, and checks every window that ends with it.
    function _noteDraw(address whose, uint256 limit, uint256 amount, bytes32 fullSituation) private {
        if (limit == 0) return;
        Draw[] storage draws = _draws[whose];
        uint256 size = draws.length;
        if (size != 0 && draws[size - 1].time == clock) {
            draws[size - 1].amount += amount;
            _reached("draw in the same second");
        } else {
            draws.push(Draw(clock, amount));
            ++size;
        }
        uint256 sum = 0;
        for (uint256 i = size; i > 0; --i) {
            Draw memory first = draws[i - 1];
            sum += first.amount;
            // sum <= limit * (1 + T / 1 day), without rounding
            uint256 most = limit * (86_400 + clock - first.time);
            if (sum * 86_400 <= most) {
                if (sum * 86_400 + 86_400 > most) _reached(fullSituation);
                continue;
            }
            _break(7, string.concat("drawn more than a limit allows: ", whose == address(0) ? "pool" : _name(whose)));
            break;
        }
    }

    /// @dev The bound of I7 is for a limit that stands still: another limit begins another history.
    function _limitChanged(address whose) internal {
        delete _draws[whose];
    }

    /// @dev What a batch said of its entries, in order; each as the hash of an event's topics and data.
    function _saidOfEntries() internal view returns (bytes32[] memory) {
        return _said;
    }

    function _name(address account) internal pure returns (string memory) {
        return VM.toString(account);
    }
}
