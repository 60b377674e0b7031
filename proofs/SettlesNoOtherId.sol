// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SettleBits} from "./standIns/SettleBits.sol";

/// @notice Settling an id settles no other: every id has a bit of its own.
contract SettlesNoOtherId is SettleBits {
    // From calldata it takes the solver ten times as long.
    // solhint-disable-next-line gas-calldata-parameters
    function prove(bytes32 id, BatchEntry memory entry) external {
        require(_watched == uint8(uint256(id)));
        require(entry.sessionId != id);
        bool before = settled(id);
        _settleAs(entry.sessionId, entry);
        assert(settled(id) == before);
    }
}
