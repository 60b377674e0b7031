// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SettleBits} from "./standIns/SettleBits.sol";

/// @notice No call of `_settle` takes back that an id is settled, and one that refuses settles none.
contract SettledStaysSettled is SettleBits {
    function prove(bytes32 id, BatchEntry calldata entry) external {
        require(_watched == uint8(uint256(id)));
        bool before = settled(id);
        Refusal refusal = _settleAs(entry.sessionId, entry);
        if (before) assert(settled(id));
        if (refusal != Refusal.None) assert(settled(id) == before);
    }
}
