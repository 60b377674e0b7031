// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILuxxonSettlement} from "../../contracts/interfaces/ILuxxonSettlement.sol";

/// @title ISettlement
/// @notice The contract's whole interface: its own, and what it has from OpenZeppelin.
interface ISettlement is ILuxxonSettlement {
    function acceptOwnership() external;
    function owner() external view returns (address);
    function paused() external view returns (bool);
    function pendingOwner() external view returns (address);
    function renounceOwnership() external;
    function transferOwnership(address newOwner) external;
}
