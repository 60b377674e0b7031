// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Token} from "./standIns/Token.sol";

/// @notice A payout is either sent to its payee in full or owed to it in full, and changes nothing for anybody else.
contract PayoutIsPaidOrOwed is Token {
    // source: PayoutCredited credits totalCredits _pay
    // token: _USDC

    function prove(address payee, uint256 amount, address other) external {
        require(other != payee);
        (uint256 paid, uint256 owed, uint256 total) = (_received[payee], credits[payee], totalCredits);
        (uint256 otherPaid, uint256 otherOwed) = (_received[other], credits[other]);
        _pay(payee, amount);
        bool isPaid = _received[payee] == paid + amount && credits[payee] == owed && totalCredits == total;
        bool isOwed = _received[payee] == paid && credits[payee] == owed + amount && totalCredits == total + amount;
        assert(isPaid || isOwed);
        assert(_received[other] == otherPaid && credits[other] == otherOwed);
    }
}
