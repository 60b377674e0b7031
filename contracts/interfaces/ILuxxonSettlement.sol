// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title ILuxxonSettlement
/// @notice Prepaid USDC pools that pay for metered live video. A consumer deposits once; the platform's relayer then
/// settles each session against that pool, and the consumer can take the rest back at any moment, unless it has itself
/// promised to wait for a while.
/// @dev Every amount is in µUSDC (1 USDC = 1,000,000), every time in seconds of `block.timestamp`, every daily limit in
/// µUSDC a day with 0 for "no limit". Nothing here counts blocks: Base makes five a second.
interface ILuxxonSettlement {
    /* TYPES */

    /// @notice One session to be settled: the meter (rate × seconds) and how the charge is split.
    /// @param sessionId The session's id; a UUID is `bytes32(uint256(uint128(uuid)))`.
    /// @param from The consumer whose pool pays.
    /// @param to The operator who is paid. May equal `from`, or the platform wallet.
    /// @param ratePerSecond The session's price, µUSDC a second; at most `MAX_RATE_PER_SECOND`.
    /// @param chargeableSeconds The metered seconds; at most `MAX_CHARGEABLE_SECONDS`.
    /// @param toAmount The operator's part, µUSDC.
    /// @param feeAmount The platform's fee, µUSDC; at most `MAX_FEE_BPS` of `toAmount + feeAmount`.
    struct BatchEntry {
        bytes32 sessionId;
        address from;
        address to;
        uint256 ratePerSecond;
        uint256 chargeableSeconds;
        uint256 toAmount;
        uint256 feeAmount;
    }

    /// @notice A balance and its daily limit, in one storage slot; the same shape for a consumer and for the whole pool.
    /// @param balance µUSDC owned. Of the pool's own account: the sum of all deposits.
    /// @param dailyLimit µUSDC a day that settlements may draw. 0: no limit of its own (a consumer's default applies).
    /// @param drawn µUSDC in the leaky bucket as of `drawnAt`; see `setDailyLimit`.
    /// @param drawnAt When the bucket last moved, seconds.
    /// @param heldUntil The consumer's own promise not to withdraw before this second; see `hold`. Of the pool: always 0.
    struct Account {
        uint80 balance;
        uint56 dailyLimit;
        uint56 drawn;
        uint32 drawnAt;
        uint32 heldUntil;
    }

    /// @notice Why an entry is not settled. The rules are checked in this order; the first that fails is the refusal.
    enum Refusal {
        /// Not refused.
        None,
        /// 1. The session id has been settled before.
        AlreadySettled,
        /// 2. The payee is the zero address or this contract.
        InvalidPayee,
        /// 3. `toAmount + feeAmount` is 0.
        ZeroAmount,
        /// 4. `ratePerSecond` is above `MAX_RATE_PER_SECOND`.
        RateTooHigh,
        /// 5. `chargeableSeconds` is above `MAX_CHARGEABLE_SECONDS`.
        TooManySeconds,
        /// 6. `toAmount + feeAmount` is more than `ratePerSecond × chargeableSeconds`.
        MeterExceeded,
        /// 7. `feeAmount` is more than `MAX_FEE_BPS` of the total.
        FeeTooHigh,
        /// 8. The consumer's balance is smaller than the total: a total is paid in full or not at all.
        InsufficientPool,
        /// 9. The consumer's daily limit (its own, else the default) has no room for the total.
        DailyLimitExceeded,
        /// 10. The whole pool's daily limit has no room for the total.
        PoolLimitExceeded
    }

    /* EVENTS */

    /// @notice `amount` µUSDC came from `payer` into `consumer`'s pool.
    event Deposited(address indexed consumer, address indexed payer, uint256 amount);

    /// @notice `consumer` took `amount` µUSDC out of its pool.
    event Withdrawn(address indexed consumer, uint256 amount);

    /// @notice `consumer` promised not to withdraw before the second `until`.
    event Held(address indexed consumer, uint256 until);

    /// @notice A session was charged: `toAmount + feeAmount` µUSDC left `from`'s pool.
    event Settled(
        bytes32 indexed sessionId,
        address indexed from,
        address indexed to,
        uint256 toAmount,
        uint256 feeAmount,
        uint256 ratePerSecond,
        uint256 chargeableSeconds
    );

    /// @notice An entry of a batch was passed over; it changed nothing and its id stays open.
    event SettlementSkipped(bytes32 indexed sessionId, Refusal reason);

    /// @notice USDC refused a payout, so `amount` µUSDC is owed to `payee`; `claim` pays it.
    event PayoutCredited(address indexed payee, uint256 amount);

    /// @notice What was owed to `payee`, `amount` µUSDC, was paid.
    event CreditClaimed(address indexed payee, uint256 amount);

    /// @notice `consumer` set its own daily limit, µUSDC a day; 0 returns to the default.
    event DailyLimitSet(address indexed consumer, uint64 limit);

    /// @notice The owner set the limit of consumers without one of their own, µUSDC a day; 0: no limit.
    event DefaultDailyLimitSet(uint64 oldLimit, uint64 newLimit);

    /// @notice The owner set the limit of the whole pool, µUSDC a day; 0: no limit.
    event PoolDailyLimitSet(uint64 oldLimit, uint64 newLimit);

    /// @notice The owner replaced the key that may settle.
    event RelayerSet(address indexed oldRelayer, address indexed newRelayer);

    /// @notice The owner replaced the key that may pause; the zero address means nobody but the owner.
    event GuardianSet(address indexed oldGuardian, address indexed newGuardian);

    /// @notice The owner replaced the wallet that receives the fees.
    event PlatformWalletSet(address indexed oldPlatformWallet, address indexed newPlatformWallet);

    /// @notice The owner sent `amount` of `token` that belonged to nobody to `to`.
    event Rescued(address indexed token, address indexed to, uint256 amount);

    /* ERRORS */

    /// @notice An address that must not be zero is.
    error ZeroAddress();

    /// @notice An amount that must not be zero is; also `withdrawAll` of an empty account.
    error ZeroAmount();

    /// @notice Nobody can deposit for `consumer`: it is the zero address or this contract.
    error InvalidConsumer(address consumer);

    /// @notice `consumer` owns `balance` µUSDC, less than the `requested` µUSDC.
    error InsufficientBalance(address consumer, uint256 balance, uint256 requested);

    /// @notice The caller has held its pool until the second `until`; then, or during a pause, it is free again.
    error HeldUntil(uint256 until);

    /// @notice A hold until `until` would be too long: at most `most`, which is `MAX_HOLD` from now.
    error HoldTooLong(uint256 until, uint256 most);

    /// @notice A hold until `until` would promise nothing: it has to end after `standing`, which is now or the end of the
    /// hold that stands.
    error HoldNotLater(uint256 until, uint256 standing);

    /// @notice `consumer` has no daily limit of its own, and without one a hold would leave its whole pool to a stolen
    /// relayer key.
    error HoldNeedsLimit(address consumer);

    /// @notice `caller` is not the relayer.
    error NotRelayer(address caller);

    /// @notice `caller` is neither the guardian nor the owner.
    error NotGuardian(address caller);

    /// @notice A batch holds 1 to `MAX_BATCH` entries, not `size`.
    error InvalidBatchSize(uint256 size);

    /// @notice The session was not settled, for this `reason`.
    error SettlementRefused(bytes32 sessionId, Refusal reason);

    /// @notice Only `surplus` µUSDC belong to nobody.
    error ExceedsSurplus(uint256 surplus);

    /* DEPOSITS */

    /// @notice Moves `amount` µUSDC from the caller into the caller's pool. Needs an allowance for this contract.
    /// @dev Who: anyone, unless paused. Emits `Deposited`. Reverts: `EnforcedPause`, `ZeroAmount`,
    /// `SafeCastOverflowedUintDowncast` (the pool would not fit 80 bits), and whatever USDC says of the transfer.
    function deposit(uint256 amount) external;

    /// @notice As `deposit`, but into `consumer`'s pool.
    /// @dev Also reverts with `InvalidConsumer` for the zero address and for this contract. The caller keeps no claim.
    function depositFor(address consumer, uint256 amount) external;

    /// @notice As `deposit`, with an EIP-2612 permit instead of an earlier approval: one signature, one transaction.
    /// @dev The permit is for exactly `amount` and replaces the caller's allowance, a standing one too. One that somebody
    /// else has already submitted does no harm: if the allowance suffices the deposit goes on, whatever became of the
    /// permit, else USDC's own error comes through. So `deadline` is the permit's, not the deposit's.
    /// @param deadline Last second at which USDC takes the permit.
    /// @param signature Of an EOA (65 bytes) or of an ERC-1271 wallet. USDC asks every account that has code, an
    /// EIP-7702 one too, through ERC-1271 only; `deposit` remains for an account that cannot answer.
    function depositWithPermit(uint256 amount, uint256 deadline, bytes calldata signature) external;

    /// @notice Moves `amount` µUSDC from `from` into `from`'s pool by an EIP-3009 `receiveWithAuthorization` that `from`
    /// signed. Anyone may submit it and pay the gas.
    /// @dev Emits `Deposited`. Reverts as `depositFor` does; a used, cancelled, early or late one with USDC's own error.
    /// @param validAfter USDC takes it only after this second.
    /// @param validBefore USDC takes it only before this second.
    /// @param nonce 32 random bytes, unique per `from`.
    /// @param signature As for `depositWithPermit`.
    function depositWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /* WITHDRAWALS */

    /// @notice Moves `amount` µUSDC from the caller's pool to the caller.
    /// @dev Who: anyone, always; no pause, limit or role can stop it, and only the caller's own `hold` puts it off. Emits
    /// `Withdrawn`. Reverts: `HeldUntil`, `ZeroAmount`, `InsufficientBalance`, and whatever USDC says of the transfer (the
    /// caller or this contract denylisted, USDC paused).
    function withdraw(uint256 amount) external;

    /// @notice As `withdraw`, of all the caller owns.
    /// @return amount What was withdrawn, µUSDC.
    function withdrawAll() external returns (uint256 amount);

    /* HOLDS */

    /// @notice Promises not to withdraw before the second `until`, so that whoever streams to the caller meanwhile is sure
    /// that the pool will still be there. Nobody can promise it for another.
    /// @dev Who: anyone, for itself, always, also during a pause. While `until` lies ahead and the contract is not paused,
    /// the caller's `withdraw`, `withdrawAll` and a `setDailyLimit` below its present one revert with `HeldUntil`. A pause
    /// suspends every hold, since nothing can be settled then. Settlements, deposits, claims and limits do not look at it,
    /// so what a settlement can take meanwhile is what the daily limit allows: hence the caller must have one of its own.
    /// Emits `Held`. Reverts: `HoldTooLong`, `HoldNotLater`, `HoldNeedsLimit`, and `SafeCastOverflowedUintDowncast` for a
    /// second that does not fit 32 bits (in 2106).
    /// @param until Seconds; later than now and than a hold that stands, at most `MAX_HOLD` from now.
    function hold(uint64 until) external;

    /* SETTLEMENT */

    /// @notice Charges one session: debits `from`, pays `to` and the platform wallet. The parameters are `BatchEntry`'s.
    /// @dev Who: the relayer, unless paused. Emits `Settled`; a payout that USDC refuses becomes a credit
    /// (`PayoutCredited`) and the settlement stands. Reverts: `NotRelayer`, `EnforcedPause`, `SettlementRefused`.
    function settleFromPool(
        bytes32 sessionId,
        address from,
        address to,
        uint256 ratePerSecond,
        uint256 chargeableSeconds,
        uint256 toAmount,
        uint256 feeAmount
    ) external;

    /// @notice Charges up to `MAX_BATCH` sessions. Each entry is settled (`Settled`) or skipped (`SettlementSkipped`) on its
    /// own, in order, so resending a batch settles what is left.
    /// @dev Who: the relayer, unless paused. Consecutive settled entries with one payee are paid by one transfer, and all
    /// fees of the batch by one: sort by payee. Reverts: `NotRelayer`, `EnforcedPause`, `InvalidBatchSize`.
    /// @return settledBitmap Bit i is set if `entries[i]` was settled.
    function settleBatch(BatchEntry[] calldata entries) external returns (uint256 settledBitmap);

    /// @notice Pays `payee` what is owed to it from payouts that USDC had refused.
    /// @dev Who: anyone, always; the money goes to `payee`. Emits `CreditClaimed`, or does nothing if nothing is owed.
    /// Reverts with USDC's own error while USDC still refuses.
    /// @return amount What was paid, µUSDC.
    function claim(address payee) external returns (uint256 amount);

    /* LIMITS AND ROLES */

    /// @notice Sets how much of the caller's own pool settlements may draw, µUSDC a day; 0 returns to the default.
    /// @dev Who: anyone, for itself; takes effect at once. Emits `DailyLimitSet`. Reverts: `HeldUntil` if it would lower the
    /// limit during the caller's own `hold`, `SafeCastOverflowedUintDowncast` above 56 bits. The limit is a leaky bucket:
    /// a settlement fits if `drawn` plus its total is at most the limit, and `drawn` falls by the limit a day. So in any
    /// T seconds at most `limit × (1 + T / 1 day)` leaves. Rounded down, in the consumer's favour: each settlement may
    /// forget less than 1 µUSDC of refill. A new limit also holds for the time since the last settlement, and `drawn`
    /// stays: after a full day's draw, a hundredth of the limit leaves no room for a hundred days.
    function setDailyLimit(uint64 limit) external;

    /// @notice Sets the daily limit of every consumer without one of its own, µUSDC a day; 0: no limit.
    /// @dev Who: the owner. Takes effect at once, as `setDailyLimit` does. Emits `DefaultDailyLimitSet`. Reverts:
    /// `SafeCastOverflowedUintDowncast` above 56 bits.
    function setDefaultDailyLimit(uint64 limit) external;

    /// @notice Sets how much settlements may draw from all consumers together, µUSDC a day; 0: no limit.
    /// @dev Who: the owner. Takes effect at once, as `setDailyLimit` does: a limit far below what is drawn stops
    /// settlements for as long as the rest takes to leak. Emits `PoolDailyLimitSet`. Reverts:
    /// `SafeCastOverflowedUintDowncast` above 56 bits.
    function setPoolDailyLimit(uint64 limit) external;

    /// @notice Replaces the key that may settle.
    /// @dev Who: the owner. Emits `RelayerSet`. Reverts: `ZeroAddress`.
    function setRelayer(address newRelayer) external;

    /// @notice Replaces the key that may pause; zero for none.
    /// @dev Who: the owner. Emits `GuardianSet`.
    function setGuardian(address newGuardian) external;

    /// @notice Replaces the wallet that receives the fees. Credits already owed stay with the old one.
    /// @dev A wallet that USDC never pays (USDC itself) would turn every fee into a credit that nobody can claim, and this
    /// contract would turn every fee into surplus. Who: the owner. Emits `PlatformWalletSet`. Reverts: `ZeroAddress`.
    function setPlatformWallet(address newPlatformWallet) external;

    /// @notice Stops deposits and settlements. Withdrawals and claims go on.
    /// @dev Who: the guardian or the owner. Emits OpenZeppelin's `Paused`. Reverts: `NotGuardian`, `EnforcedPause`.
    function pause() external;

    /// @notice Ends a pause.
    /// @dev Who: the owner. Emits OpenZeppelin's `Unpaused`. Reverts: `ExpectedPause`.
    function unpause() external;

    /// @notice Sends tokens that belong to nobody to `to`: any other token, or USDC up to `surplus()`.
    /// @dev Who: the owner. Emits `Rescued`. Reverts: `ZeroAddress`, `ExceedsSurplus`.
    function rescue(IERC20 token, address to, uint256 amount) external;

    /* VIEWS */

    /// @notice What `consumer` owns here, µUSDC.
    function deposits(address consumer) external view returns (uint256);

    /// @notice What `withdrawAll` would pay `consumer` now, µUSDC: its balance, or 0 while it has held its pool.
    function withdrawable(address consumer) external view returns (uint256);

    /// @notice `consumer`'s account as stored; the bucket as of `drawnAt`, not of now.
    function accountOf(address consumer) external view returns (Account memory);

    /// @notice The whole pool's account as stored: `balance` is `totalDeposits()`, `dailyLimit` the pool's limit.
    function pool() external view returns (Account memory);

    /// @notice The largest total, µUSDC, that could be settled from `consumer` now: the least of its balance, the room in
    /// its daily limit and the room in the pool's. Says nothing of a pause.
    function available(address consumer) external view returns (uint256);

    /// @notice Whether `sessionId` has been settled. Never goes back to false.
    function settled(bytes32 sessionId) external view returns (bool);

    /// @notice What would happen to `entry` now, by the very code that settles. Says nothing of a pause.
    function checkSettlement(BatchEntry calldata entry) external view returns (Refusal);

    /// @notice What is owed to `payee` from payouts that USDC had refused, µUSDC.
    function credits(address payee) external view returns (uint256);

    /// @notice The sum of all `deposits`, µUSDC.
    function totalDeposits() external view returns (uint256);

    /// @notice The sum of all `credits`, µUSDC.
    function totalCredits() external view returns (uint256);

    /// @notice USDC held here that belongs to nobody: token balance − `totalDeposits()` − `totalCredits()`.
    /// @dev Reverts (arithmetic panic) if the contract holds less than it owes. That never is between transactions; inside
    /// one, a wallet that USDC asks for its signature sees its deposit recorded before the USDC has come.
    function surplus() external view returns (uint256);

    /// @notice The limit of consumers without one of their own, µUSDC a day; 0: no limit.
    function defaultDailyLimit() external view returns (uint64);

    /// @notice The only key that may settle.
    function relayer() external view returns (address);

    /// @notice The key that, beside the owner, may pause; zero for none.
    function guardian() external view returns (address);

    /// @notice The wallet that receives every fee.
    function platformWallet() external view returns (address);

    /// @notice Circle's token; fixed for ever.
    function usdc() external view returns (address);

    /// @notice Most entries in a batch.
    function MAX_BATCH() external view returns (uint256);

    /// @notice Highest fee, in basis points of the total.
    function MAX_FEE_BPS() external view returns (uint256);

    /// @notice Highest rate, µUSDC a second.
    function MAX_RATE_PER_SECOND() external view returns (uint256);

    /// @notice Longest session, seconds.
    function MAX_CHARGEABLE_SECONDS() external view returns (uint256);

    /// @notice Longest hold, seconds from now.
    function MAX_HOLD() external view returns (uint256);

    /// @notice Version of this contract, semver. A new version is a new contract; old pools stay withdrawable.
    function version() external view returns (string memory);
}
