// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "./interfaces/ILuxxonSettlement.sol";

/// @title Relayed
/// @author Luxxon
/// @notice The one key that may settle, and who it is.
/// @dev Inherited before Pausable, so that relayer and pause flag share a storage slot: a settlement reads both.
abstract contract Relayed is ILuxxonSettlement {
    /// @inheritdoc ILuxxonSettlement
    address public relayer;

    modifier onlyRelayer() {
        require(msg.sender == relayer, NotRelayer(msg.sender));
        _;
    }

    function _setRelayer(address newRelayer) internal {
        require(newRelayer != address(0), ZeroAddress());
        emit RelayerSet(relayer, newRelayer);
        relayer = newRelayer;
    }
}
