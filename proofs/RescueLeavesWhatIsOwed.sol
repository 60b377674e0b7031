// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Guards} from "./standIns/Guards.sol";
import {Token} from "./standIns/Token.sol";

/// @notice A rescue of USDC leaves at least what all deposits and credits come to, and is for the owner alone.
contract RescueLeavesWhatIsOwed is Guards, Token {
    // source: Account Rescued ZeroAddress ExceedsSurplus totalCredits _pool
    // source: rescue _nonZero surplus totalDeposits
    // token: _USDC

    IERC20 private _USDC;

    function _safeTransferOf(address token, address to, uint256 amount) private {
        if (token == address(_USDC)) _safeTransfer(to, amount);
    }

    function prove(IERC20 token, address to, uint256 amount) external {
        require(totalDeposits() + totalCredits <= _held);
        _refused = false;
        rescue(token, to, amount);
        assert(_refused == (_isEntered || !_isOwner));
        assert(totalDeposits() + totalCredits <= _held);
    }
}
