// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pause} from "./Pause.sol";

/// @dev What keeps a call from going on, as notes instead of reverts: a revert is no violation to the checker. Which of the
/// conditions behind the modifiers hold is not known; a proof assumes what it needs.
abstract contract Guards is Pause {
    bool internal _refused;
    bool internal _isEntered;
    bool internal _isOwner;
    bool internal _isRelayer;

    modifier nonReentrant() {
        _guard(!_isEntered);
        _;
    }

    modifier whenNotPaused() {
        _guard(!_isPaused);
        _;
    }

    modifier onlyOwner() {
        _guard(_isOwner);
        _;
    }

    modifier onlyRelayer() {
        _guard(_isRelayer);
        _;
    }

    function _guard(bool holds) internal {
        if (!holds) _refused = true;
    }

    function _minus(uint256 a, uint256 b) internal returns (uint256) {
        _guard(b <= a);
        unchecked {
            return a - b;
        }
    }
}
