// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title PriceFeed
/// @notice As much of a Chainlink feed as is read of one, with a price that anybody sets.
contract PriceFeed {
    string public description;
    int256 private _answer;
    uint256 private _updatedAt;

    function set(string calldata newDescription, int256 answer, uint256 updatedAt) external {
        description = newDescription;
        _answer = answer;
        _updatedAt = updatedAt;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, _answer, _updatedAt, _updatedAt, 1);
    }

    function decimals() external pure returns (uint8) {
        return 8;
    }
}
