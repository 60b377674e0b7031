// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LuxxonSettlement} from "../../contracts/LuxxonSettlement.sol";
import {IUSDC} from "../../contracts/interfaces/IUSDC.sol";

/// @title BooksReader
/// @notice Reads everything that a call may change in one call, so that a test can afford to compare it after each.
contract BooksReader {
    LuxxonSettlement private immutable _SETTLEMENT;
    IUSDC private immutable _USDC;

    constructor(LuxxonSettlement settlement) {
        _SETTLEMENT = settlement;
        _USDC = IUSDC(settlement.usdc());
    }

    /// @return books First the contract's own values, then nine for each of `people`, one for each of `ids`, and one for each
    /// of `probes`; in the order of test/model/books.ts.
    function read(
        address[] calldata people,
        bytes32[] calldata ids,
        LuxxonSettlement.BatchEntry[] calldata probes
    ) external view returns (uint256[] memory books) {
        books = new uint256[](14 + 9 * people.length + ids.length + probes.length);
        LuxxonSettlement.Account memory pool = _SETTLEMENT.pool();
        books[0] = pool.balance;
        books[1] = pool.dailyLimit;
        books[2] = pool.drawn;
        books[3] = pool.drawnAt;
        books[4] = _SETTLEMENT.totalDeposits();
        books[5] = _SETTLEMENT.totalCredits();
        books[6] = _SETTLEMENT.surplus();
        books[7] = _SETTLEMENT.defaultDailyLimit();
        books[8] = uint160(_SETTLEMENT.relayer());
        books[9] = uint160(_SETTLEMENT.guardian());
        books[10] = uint160(_SETTLEMENT.platformWallet());
        books[11] = uint160(_SETTLEMENT.owner());
        books[12] = uint160(_SETTLEMENT.pendingOwner());
        books[13] = _SETTLEMENT.paused() ? 1 : 0;
        uint256 next = 14;
        for (uint256 i = 0; i < people.length; ++i) {
            address person = people[i];
            LuxxonSettlement.Account memory account = _SETTLEMENT.accountOf(person);
            books[next++] = account.balance;
            books[next++] = account.dailyLimit;
            books[next++] = account.drawn;
            books[next++] = account.drawnAt;
            books[next++] = _SETTLEMENT.deposits(person);
            books[next++] = _SETTLEMENT.credits(person);
            books[next++] = _SETTLEMENT.available(person);
            books[next++] = _USDC.balanceOf(person);
            books[next++] = _USDC.allowance(person, address(_SETTLEMENT));
        }
        for (uint256 i = 0; i < ids.length; ++i) books[next++] = _SETTLEMENT.settled(ids[i]) ? 1 : 0;
        for (uint256 i = 0; i < probes.length; ++i) books[next++] = uint256(_SETTLEMENT.checkSettlement(probes[i]));
    }
}
