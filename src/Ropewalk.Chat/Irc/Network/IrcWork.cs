using Ropewalk.Chat.Irc.Network.Commands;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is what a command has left to be done, because it needs a store or time. The owner does it, sets its result and gives it back.</summary>
/// <remarks>Passwords are in some of them; none says what it holds.</remarks>
internal abstract class IrcWork(IrcUser user)
{
    /// <summary>Gets whose command it is from.</summary>
    public IrcUser User { get; } = user;

    /// <summary>Gets or sets the label of that command.</summary>
    public IrcLabel? Label { get; set; }

    /// <summary>Applies the result.</summary>
    public abstract void Apply(IrcNetwork network);

    /// <summary>Applies the result where its user is gone: what was done stays done.</summary>
    public virtual void Abandon(IrcNetwork network)
    {
    }

    /// <summary>Applies the result where its user has been told meanwhile that there was none in time.</summary>
    public virtual void ApplyLate(IrcNetwork network) => Abandon(network);

    /// <summary>Takes a step of a SASL exchange.</summary>
    /// <param name="user">Who logs in.</param>
    /// <param name="mechanism">The mechanism to begin with, or null.</param>
    /// <param name="response">The client's response; empty at the beginning.</param>
    internal sealed class Sasl(IrcUser user, string? mechanism, byte[] response) : IrcWork(user)
    {
        public string? Mechanism { get; } = mechanism;

        public byte[] Response { get; } = response;

        /// <summary>Gets or sets whether the client has given up.</summary>
        public bool IsAborted { get; init; }

        /// <summary>Gets or sets what the server says; null if the mechanism is not offered.</summary>
        public SaslServerStep? Step { get; set; }

        /// <summary>Gets or sets the mechanisms that are offered on this connection.</summary>
        public IReadOnlyList<string> Offered { get; set; } = [];

        public override void Apply(IrcNetwork network) => CapabilityCommands.OnSasl(network, this);
    }

    /// <summary>Checks a password.</summary>
    internal sealed class CheckPassword(IrcUser user, string account, string password, Action<IrcNetwork, AuthenticationResult> then) : IrcWork(user)
    {
        public string Account { get; } = account;

        public string Password { get; } = password;

        public AuthenticationResult Result { get; set; }

        public override void Apply(IrcNetwork network) => then(network, Result);
    }

    /// <summary>Makes an account.</summary>
    internal sealed class MakeAccount(IrcUser user, AccountName name, string? email, string password, Action<IrcNetwork, IrcAccountOutcome> then) : IrcWork(user)
    {
        public AccountName Name { get; } = name;

        public string? Email { get; } = email;

        public string Password { get; } = password;

        /// <summary>Gets or sets when it was made.</summary>
        public DateTimeOffset Created { get; set; }

        public IrcAccountOutcome Result { get; set; }

        public override void Apply(IrcNetwork network)
        {
            Abandon(network);
            User.AccountSince = Result == IrcAccountOutcome.Done ? Created.ToUnixTimeSeconds() : User.AccountSince;
            then(network, Result);
        }

        public override void Abandon(IrcNetwork network)
        {
            if (Result == IrcAccountOutcome.Done)
            {
                network.Registrations.Add(System.Text.Encoding.UTF8.GetBytes(Name.Display));
            }
        }
    }

    /// <summary>Changes an account.</summary>
    internal sealed class ChangeAccount(IrcUser user, IrcAccountEdit edit, Action<IrcNetwork, IrcAccountOutcome> then) : IrcWork(user)
    {
        public IrcAccountEdit Edit { get; } = edit;

        public IrcAccountOutcome Result { get; set; }

        public override void Apply(IrcNetwork network)
        {
            then(network, Result);
            Abandon(network);
        }

        public override void Abandon(IrcNetwork network)
        {
            byte[] account = System.Text.Encoding.UTF8.GetBytes(Edit.Name.Display);
            if (Result == IrcAccountOutcome.Done && Edit.Kind == IrcAccountEditKind.Delete)
            {
                network.Registrations.Remove(account);
                network.ForgetAccess(account);
            }

            if (Result == IrcAccountOutcome.Done && (Edit.Kind is IrcAccountEditKind.Delete or IrcAccountEditKind.Suspend))
            {
                CapabilityCommands.LogOutAll(network, account);
            }
        }
    }

    /// <summary>Looks an account up.</summary>
    internal sealed class FindAccount(IrcUser user, AccountName name, Action<IrcNetwork, Account?> then) : IrcWork(user)
    {
        public AccountName Name { get; } = name;

        public Account? Result { get; set; }

        /// <summary>Gets or sets whether the accounts could be asked.</summary>
        public bool IsDone { get; set; }

        public override void Apply(IrcNetwork network)
        {
            if (IsDone)
            {
                then(network, Result);
            }
            else
            {
                network.Fail(User, "*"u8, "TEMPORARILY_UNAVAILABLE"u8, default, "Accounts cannot be reached now; try again later"u8);
            }
        }
    }

    /// <summary>Keeps a change that takes its turn in a row: each begins with what the one before has left, in the store as in the network.</summary>
    internal abstract class KeepInTurn(IrcUser user) : IrcWork(user)
    {
        private bool _isPrepared;

        /// <summary>Gets the name of the row.</summary>
        public abstract byte[] Row { get; }

        /// <summary>Gets or sets whether it was kept.</summary>
        public bool IsDone { get; set; }

        /// <summary>Gets whether there was nothing to be kept when its turn had come.</summary>
        public bool IsVoid { get; private set; }

        /// <summary>Gets whether the store was asked.</summary>
        public bool WasAsked => _isPrepared && !IsVoid;

        /// <summary>Gets or sets whether the store did not answer in time: this one, or the one before it in the row.</summary>
        public bool IsOverdue { get; set; }

        /// <summary>Finds what is to be kept, now that its turn has come: what came before it is in the network.</summary>
        public void Prepare(IrcNetwork network)
        {
            _isPrepared = true;
            IsVoid = !Find(network);
        }

        /// <summary>Finds what is to be kept.</summary>
        /// <returns>False if there is nothing.</returns>
        protected abstract bool Find(IrcNetwork network);
    }

    /// <summary>Keeps a change of a registered channel, or that it is registered, or is no longer. One at a time: each begins with what the one before has left.</summary>
    /// <param name="user">Whose command it is from.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="prepare">Says what is to be kept, when its turn has come; null where the change has become void, or where the channel is forgotten.</param>
    /// <param name="then">Applies that it was kept.</param>
    /// <param name="forgets">Whether the channel is forgotten.</param>
    /// <param name="registers">Whether the channel is registered by it; the channel counts it.</param>
    internal sealed class KeepChannel(
        IrcUser user, IrcChannel channel, Func<IrcNetwork, IrcChannelRegistration?> prepare, Action<IrcNetwork> then, bool forgets = false, bool registers = false) : KeepInTurn(user)
    {
        private bool _hasEnded;

        public IrcChannel Channel { get; } = channel;

        public override byte[] Row => Channel.Name;

        /// <summary>Gets what is to be kept; null to forget the channel.</summary>
        public IrcChannelRegistration? Kept { get; private set; }

        public override void Apply(IrcNetwork network)
        {
            if (IsOverdue)
            {
                Abandon(network);
                ReadOnlySpan<byte> text = WasAsked ? "The store does not answer; the change is made when it does"u8 : "The store does not answer, and the change was not made"u8;
                network.Fail(User, "*"u8, "TEMPORARILY_UNAVAILABLE"u8, Channel.Name, text);
                return;
            }

            End();
            if (IsDone)
            {
                Channel.Registration = Kept;
                then(network);
            }
            else if (IsVoid)
            {
                network.Notice(User, "The channel has changed meanwhile, and your change was not made"u8);
                network.RemoveIfEmpty(Channel);
            }
            else
            {
                network.RemoveIfEmpty(Channel);
                network.Fail(User, "*"u8, "TEMPORARILY_UNAVAILABLE"u8, Channel.Name, "The change could not be stored, and was not made"u8);
            }
        }

        // There is nothing to be kept any more when the channel, or the right to change it, has gone while the change waited for its turn.
        protected override bool Find(IrcNetwork network)
        {
            Kept = prepare(network);
            return (Kept is not null || forgets) && ReferenceEquals(network.FindChannel(Channel.Name), Channel);
        }

        public override void ApplyLate(IrcNetwork network) => Apply(network);

        // It is in the store, so it must be so here too.
        public override void Abandon(IrcNetwork network)
        {
            if (IsOverdue && WasAsked)
            {
                // What will have come of it is not known yet.
                return;
            }

            End();
            if (IsDone)
            {
                Channel.Registration = Kept;
                IrcChannelChanges.Settle(network, Channel);
            }
            else
            {
                network.RemoveIfEmpty(Channel);
            }
        }

        private void End()
        {
            if (registers && !_hasEnded)
            {
                _hasEnded = true;
                Channel.Registering--;
            }
        }
    }

    /// <summary>Keeps or forgets a ban of the server. One at a time: of a KLINE and an UNKLINE at once the later one holds, in the store as in the network.</summary>
    /// <param name="user">Whose command it is from.</param>
    /// <param name="kind">The ban's kind.</param>
    /// <param name="mask">The ban's mask.</param>
    /// <param name="ban">The ban, if it is to be kept; null for the one of that kind and mask, which is to be forgotten.</param>
    /// <param name="then">Applies that it was kept, or forgotten.</param>
    internal sealed class KeepBan(IrcUser user, IrcServerBanKind kind, string mask, IrcServerBan? ban, Action<IrcNetwork> then) : KeepInTurn(user)
    {
        // no channel's name
        private static readonly byte[] AllBans = [];

        /// <summary>Gets the ban. <b>Call</b>: where there is something to be done.</summary>
        public IrcServerBan Ban { get; private set; } = ban!;

        public bool IsSet { get; } = ban is not null;

        public override byte[] Row => AllBans;

        public override void Apply(IrcNetwork network)
        {
            if (IsDone)
            {
                then(network);
            }
            else if (IsVoid)
            {
                network.Notice(User, IsSet ? "There are too many bans"u8 : "There is no such ban"u8);
            }
            else
            {
                ReadOnlySpan<byte> text = IsOverdue && WasAsked ? "The store does not answer; the bans are changed when it does"u8
                    : IsSet ? "The ban could not be stored, and was not set"u8
                    : "The store could not forget the ban, and it stays"u8;
                network.Fail(User, "*"u8, "TEMPORARILY_UNAVAILABLE"u8, default, text);
            }
        }

        public override void ApplyLate(IrcNetwork network) => Apply(network);

        public override void Abandon(IrcNetwork network)
        {
            if (IsDone)
            {
                then(network);
            }
        }

        // Nothing is to be done where no such ban is there to be forgotten, or where there is no room for one more.
        protected override bool Find(IrcNetwork network)
        {
            IrcServerBan? present = network.Bans.All.FirstOrDefault(one => one.Kind == kind && string.Equals(one.Mask, mask, StringComparison.OrdinalIgnoreCase));
            Ban = IsSet ? Ban : present!;
            return present is not null || (IsSet && network.Bans.All.Count < network.Limits.ServerBans);
        }
    }

    /// <summary>Writes messages to the log of channels whose history outlasts the server; they are told when they are there, in the order of the log.</summary>
    internal sealed class KeepMessages(IrcUser user, IReadOnlyList<IrcKeptMessage> messages) : IrcWork(user)
    {
        private const int Taken = 1;
        private const int GivenUp = 2;

        private int _state;

        /// <summary>Gets or sets what waits for it.</summary>
        public Action? Done { get; set; }

        public IReadOnlyList<IrcKeptMessage> Messages { get; } = messages;

        public bool IsDone { get; set; }

        /// <summary>Takes it to be written. <b>Call</b>: from any thread, as the other.</summary>
        /// <returns>False if nobody waits for it any more: it must not be written.</returns>
        public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, 0) == 0;

        /// <summary>Gives it up.</summary>
        /// <returns>False if it is being written, and will be told when it is.</returns>
        public bool TryGiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, 0) == 0;

        public override void Apply(IrcNetwork network) => MessageCommands.OnKept(network, this);

        // It is in the log, so it was said, although its sender has gone meanwhile.
        public override void Abandon(IrcNetwork network) => MessageCommands.OnKept(network, this);
    }

    /// <summary>Goes on with a long reply when enough of it has been sent.</summary>
    internal sealed class GoOn(IrcUser user, IEnumerator<bool> lines) : IrcWork(user)
    {
        public override void Apply(IrcNetwork network) => IrcLongReplies.GoOn(network, User, lines);
    }

    /// <summary>Has the configuration read again.</summary>
    internal sealed class Rehash(IrcUser user, Action<IrcNetwork, string> then) : IrcWork(user)
    {
        /// <summary>Gets or sets what came of it, in words.</summary>
        public string Outcome { get; set; } = "";

        public override void Apply(IrcNetwork network) => then(network, Outcome);
    }

    /// <summary>Stops the server.</summary>
    internal sealed class StopServer(IrcUser user) : IrcWork(user)
    {
        /// <summary>Gets or sets whether somebody stops the server: that says goodbye to everybody.</summary>
        public bool IsDone { get; set; }

        public override void Apply(IrcNetwork network)
        {
            if (!IsDone)
            {
                network.Notice(User, "The server cannot be stopped from here"u8);
            }
        }
    }
}
