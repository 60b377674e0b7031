// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title IUSDC
/// @notice What this project calls of Circle's FiatTokenV2_2 beyond ERC-20: the `bytes` overloads of EIP-2612 and
/// EIP-3009, which accept both an ECDSA signature and an ERC-1271 wallet's.
/// @dev An account that has code (a smart wallet, an EIP-7702 delegation) is asked through ERC-1271 only.
interface IUSDC is IERC20 {
    /// @notice EIP-2612: sets `spender`'s allowance over `owner`'s tokens to `value` µUSDC.
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature) external;

    /// @notice EIP-3009: moves `value` µUSDC from `from` to `to`; only `to` may call.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}
