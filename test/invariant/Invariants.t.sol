// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Handler} from "./Handler.sol";
import {TestBase} from "./TestBase.sol";

/// @title InvariantsTest
/// @notice I1 to I11 after every call of any sequence of calls by everybody; the README beside this file names them.
/// @dev One function for all: the runner spends a whole campaign on each, and so every run checks everything.
contract InvariantsTest is TestBase {
    /// @dev As Foundry and EDR ask for it.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private _handler;

    /// @dev What is broken, each by its number.
    error Broken(string invariants);

    function setUp() public {
        _handler = new Handler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), _handler.actions());
    }

    function invariant_I1_to_I11() public {
        _requireNone(_handler.broken());
    }

    function afterInvariant() public {
        _requireNone(_handler.finish());
    }

    function _requireNone(string memory invariants) private pure {
        require(bytes(invariants).length == 0, Broken(invariants));
    }
}
