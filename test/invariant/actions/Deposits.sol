// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "../../../contracts/interfaces/ILuxxonSettlement.sol";
import {Acts} from "./Acts.sol";

/// @title Deposits
/// @notice The four ways in, with good and bad allowances, permits and authorisations.
abstract contract Deposits is Acts {
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    struct Authorization {
        address from;
        uint256 amount;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
        bytes signature;
        bool isGood;
    }

    /// @dev An authorisation that has been used, to be tried again.
    Authorization private _used;
    /// @dev Nonces are each authorizer's own.
    mapping(address authorizer => mapping(bytes32 nonce => bool yes)) private _isUsed;

    function deposit(uint256 seed) external action(seed) {
        address consumer = _someConsumer();
        uint256 amount = _deposited(consumer);
        bytes memory expected = _refusalOfDeposit(consumer, amount);
        if (expected.length == 0) expected = _refusalOfPull(consumer, amount, _allowance(consumer));
        _enter(consumer, consumer, amount, abi.encodeCall(settlement.deposit, (amount)), expected, "deposit");
    }

    function depositFor(uint256 seed) external action(seed) {
        address payer = _somebody();
        address consumer = _oneIn(8) ? _somebody() : _someConsumer();
        if (_oneIn(16)) consumer = address(0);
        if (_oneIn(16)) consumer = address(settlement);
        uint256 amount = _deposited(payer);
        bytes memory expected = _refusalOfDeposit(consumer, amount);
        if (expected.length == 0) expected = _refusalOfPull(payer, amount, _allowance(payer));
        bytes memory data = abi.encodeCall(settlement.depositFor, (consumer, amount));
        _enter(payer, consumer, amount, data, expected, "depositFor another");
    }

    function depositWithPermit(uint256 seed) external action(seed) {
        address consumer = _someConsumer();
        uint256 amount = _deposited(consumer);
        uint256 deadline = _oneIn(2) ? type(uint256).max : clock + _roll(1 hours);
        if (_oneIn(8)) deadline = clock - 1;
        // Signed by somebody else, now and then.
        bool isGood = !_oneIn(8);
        bytes memory signature = _permit(consumer, isGood ? consumer : stranger, amount, deadline);

        bool usedBefore = isGood && deadline >= clock && !USDC.paused() && _oneIn(6);
        if (usedBefore) USDC.permit(consumer, address(settlement), amount, deadline, signature);

        bytes memory expected = _refusalOfDeposit(consumer, amount);
        if (expected.length == 0) {
            bytes memory ofPermit = _refusalOfPermit(deadline, isGood && !usedBefore);
            uint256 allowance = ofPermit.length == 0 ? amount : _allowance(consumer);
            // A permit that fails does no harm where the allowance suffices; otherwise its own error comes through.
            expected = allowance >= amount ? _refusalOfPull(consumer, amount, allowance) : ofPermit;
        }
        bytes memory data = abi.encodeCall(settlement.depositWithPermit, (amount, deadline, signature));
        bool ok = _enter(consumer, consumer, amount, data, expected, "depositWithPermit");
        if (ok && usedBefore) _reached("permit used by another before");
    }

    function depositWithAuthorization(uint256 seed) external action(seed) {
        Authorization memory a;
        if (_used.amount != 0 && _oneIn(6)) {
            a = _used;
        } else {
            a.from = _someConsumer();
            a.amount = _deposited(a.from);
            a.validAfter = _oneIn(10) ? clock + _roll(2) : clock - 1 - _roll(100);
            a.validBefore = _oneIn(10) ? clock - _roll(2) : clock + 1 + _roll(365 days);
            a.nonce = bytes32(_random());
            a.isGood = !_oneIn(8);
            a.signature = _sign(
                a.isGood ? a.from : stranger,
                abi.encode(
                    RECEIVE_TYPEHASH,
                    a.from,
                    address(settlement),
                    a.amount,
                    a.validAfter,
                    a.validBefore,
                    a.nonce
                )
            );
        }
        bytes memory expected = _refusalOfDeposit(a.from, a.amount);
        if (expected.length == 0) expected = _refusalOfAuthorization(a);
        bytes memory data = abi.encodeCall(
            settlement.depositWithAuthorization,
            (a.from, a.amount, a.validAfter, a.validBefore, a.nonce, a.signature)
        );
        if (_enter(_somebody(), a.from, a.amount, data, expected, "depositWithAuthorization")) {
            _used = a;
            _isUsed[a.from][a.nonce] = true;
        }
    }

    /// @dev Sets what the contract may pull: nothing, a little, or everything.
    function approve(uint256 seed) external action(seed) {
        address person = _oneIn(2) ? _someConsumer() : _somebody();
        if (USDC.paused()) return;
        uint256 allowance =
            _oneIn(5)
                ? 0
                : _oneIn(5)
                    ? _roll(1_000 * ONE_USDC)
                    : type(uint256).max;
        VM.prank(person);
        USDC.approve(address(settlement), allowance);
    }

    /* WHAT IS EXPECTED */

    function _refusalOfDeposit(address consumer, uint256 amount) private view returns (bytes memory) {
        if (paused) return _enforcedPause();
        if (consumer == address(0) || consumer == address(settlement)) {
            return abi.encodeWithSelector(ILuxxonSettlement.InvalidConsumer.selector, consumer);
        }
        if (amount == 0) return _zeroAmount();
        if (amount > type(uint80).max) {
            return _tooWide(80, amount);
        }
        return "";
    }

    function _refusalOfPermit(uint256 deadline, bool isGood) private view returns (bytes memory) {
        if (USDC.paused()) return _usdcError("Pausable: paused");
        if (deadline < clock) return _usdcError("FiatTokenV2: permit is expired");
        return isGood ? bytes("") : _usdcError("EIP2612: invalid signature");
    }

    function _refusalOfAuthorization(Authorization memory a) private view returns (bytes memory expected) {
        // The allowance plays no part, and the balance comes last.
        expected = _refusalOfPull(a.from, 0, 0);
        if (expected.length != 0) return expected;
        if (clock <= a.validAfter) return _usdcError("FiatTokenV2: authorization is not yet valid");
        if (clock >= a.validBefore) return _usdcError("FiatTokenV2: authorization is expired");
        if (_isUsed[a.from][a.nonce]) return _usdcError("FiatTokenV2: authorization is used or canceled");
        if (!a.isGood) return _usdcError("FiatTokenV2: invalid signature");
        return _refusalOfPull(a.from, a.amount, a.amount);
    }

    /* DOING IT */

    function _enter(
        address sender,
        address consumer,
        uint256 amount,
        bytes memory data,
        bytes memory expected,
        bytes32 situation
    ) private returns (bool ok) {
        (ok, , ) = _act(sender, Kind.Deposit, data, expected);
        if (!ok) {
            _reached(_situationOf(expected, amount));
            return ok;
        }
        _reached(situation);
        if (_isHeld(consumer)) _reached("deposit while held");
        depositedBy[consumer] += amount;
        bookOf[consumer].balance += amount;
        poolBook.balance += amount;
    }

    function _situationOf(bytes memory error_, uint256 amount) private view returns (bytes32) {
        if (paused) return "deposit refused: paused";
        if (bytes4(error_) == ILuxxonSettlement.InvalidConsumer.selector) return "deposit refused: consumer";
        if (amount == 0) return "deposit refused: zero";
        if (amount > type(uint80).max) return "deposit refused: over 80 bits";
        if (_isText(error_, "Pausable: paused")) return "deposit refused: USDC paused";
        if (_isText(error_, "Blacklistable: account is blacklisted")) return "deposit refused: denylist";
        if (_isText(error_, "ERC20: transfer amount exceeds allowance")) return "deposit refused: allowance";
        if (_isText(error_, "ERC20: transfer amount exceeds balance")) return "deposit refused: USDC balance";
        if (_isText(error_, "FiatTokenV2: authorization is not yet valid")) return "deposit refused: too early";
        if (_isText(error_, "FiatTokenV2: authorization is used or canceled")) return "deposit refused: used before";
        bool isLate =
            _isText(error_, "FiatTokenV2: authorization is expired") ||
                _isText(error_, "FiatTokenV2: permit is expired");
        return isLate ? bytes32("deposit refused: too late") : bytes32("deposit refused: signature");
    }

    /// @dev Mostly up to 300,000 USDC of what the payer has, so that several deposits fit.
    function _deposited(address payer) private returns (uint256) {
        uint256 has = USDC.balanceOf(payer);
        if (_oneIn(25)) return has + 1;
        uint256 some = 300_000 * ONE_USDC;
        return _amountUpTo(has < some || _oneIn(8) ? has : some);
    }

    function _allowance(address payer) private view returns (uint256) {
        return USDC.allowance(payer, address(settlement));
    }

    function _permit(
        address consumer,
        address signer,
        uint256 amount,
        uint256 deadline
    ) private view returns (bytes memory) {
        return
            _sign(
                signer,
                abi.encode(PERMIT_TYPEHASH, consumer, address(settlement), amount, USDC.nonces(consumer), deadline)
            );
    }

    function _sign(address signer, bytes memory message) private view returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", USDC.DOMAIN_SEPARATOR(), keccak256(message)));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(keyOf[signer], digest);
        return abi.encodePacked(r, s, v);
    }
}
