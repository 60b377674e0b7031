// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ILuxxonSettlement} from "../../../contracts/interfaces/ILuxxonSettlement.sol";
import {Witness} from "../Witness.sol";

/// @title Acts
/// @notice What all actions share: a call whose outcome is known beforehand, to the last byte of its error.
abstract contract Acts is Witness {
    /// @dev Calls the contract and compares the outcome: success, or exactly the `expected` error.
    function _act(
        address sender,
        Kind kind,
        bytes memory data,
        bytes memory expected
    ) internal returns (bool ok, bytes memory returned, Moves memory moves) {
        (ok, returned, moves) = _call(sender, kind, data);
        bool asExpected = expected.length == 0 ? ok : !ok && _isSameError(returned, expected);
        if (!asExpected) {
            _break(
                0,
                string.concat(
                    "call ",
                    VM.toString(data),
                    ok ? " succeeded" : string.concat(" failed with ", VM.toString(returned)),
                    ", expected ",
                    expected.length == 0 ? "success" : VM.toString(expected)
                )
            );
        }
    }

    /// @dev As `_act`, for a call of the owner's that changes a setting. True if it went through.
    function _set(address sender, bytes memory data, bytes memory expected) internal returns (bool ok) {
        bytes memory first = sender == owner ? expected : _notOwner(sender);
        (ok, , ) = _act(sender, Kind.Other, data, first);
        if (ok) return ok;
        bool isZero = bytes4(first) == ILuxxonSettlement.ZeroAddress.selector;
        if (sender != owner) _reached("setting refused: not owner");
        else _reached(isZero ? bytes32("setting refused: zero address") : bytes32("setting refused: over 56 bits"));
    }

    /// @dev Mostly the owner; else somebody who is not.
    function _ownerOrNot() internal returns (address) {
        return owner == address(0) || _oneIn(8) ? _somebody() : owner;
    }

    function _notOwner(address sender) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, sender);
    }

    function _enforcedPause() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Pausable.EnforcedPause.selector);
    }

    function _heldUntil(address consumer) internal view returns (bytes memory) {
        return abi.encodeWithSelector(ILuxxonSettlement.HeldUntil.selector, bookOf[consumer].heldUntil);
    }

    /// @dev Somebody whose hold stands or, now and then, has run out, if there is such a one; else `otherwise`.
    function _someHolderOr(address otherwise) internal returns (address) {
        uint256 since = _oneIn(3) ? 0 : clock;
        uint256 start = _roll(people.length);
        for (uint256 i = 0; i < people.length; ++i) {
            address person = people[(start + i) % people.length];
            if (bookOf[person].heldUntil > since) return person;
        }
        return otherwise;
    }

    function _tooWide(uint8 bits, uint256 value) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, bits, value);
    }

    function _zeroAmount() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ILuxxonSettlement.ZeroAmount.selector);
    }

    /// @dev Byte by byte; but of a text only the text, because USDC's old compiler leaves dirt behind it.
    function _isSameError(bytes memory actual, bytes memory expected) internal pure returns (bool) {
        if (bytes4(actual) == bytes4(expected) && bytes4(expected) == 0x08c379a0) {
            return keccak256(bytes(_textOf(actual))) == keccak256(bytes(_textOf(expected)));
        }
        return keccak256(actual) == keccak256(expected);
    }

    function _textOf(bytes memory error_) private pure returns (string memory) {
        return abi.decode(_withoutSelector(error_), (string));
    }

    function _withoutSelector(bytes memory error_) internal pure returns (bytes memory values) {
        values = new bytes(error_.length - 4);
        for (uint256 i = 0; i < values.length; ++i) values[i] = error_[i + 4];
    }

    /// @dev Whether these are the bytes of a USDC error with this text.
    function _isText(bytes memory error_, string memory text) internal pure returns (bool) {
        return keccak256(error_) == keccak256(_usdcError(text));
    }
}
