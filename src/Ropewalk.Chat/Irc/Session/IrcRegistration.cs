using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Registers the client with the server: capabilities, login, nickname. Afterwards it goes on with the capabilities that come and go.</summary>
/// <remarks>
/// <b>Theory.</b> <c>CAP LS 302</c> keeps the server from letting the client in before <c>CAP END</c>; between the two the client asks for what it wants of what is offered, and
/// logs in. On a connection in the clear the list is read first, alone: if it says that the server wants TLS (STS), nothing else must have been said. A server that knows no capabilities
/// ignores all of it, or says 421; its welcome ends the registration all the same.
/// </remarks>
internal sealed class IrcRegistration(IrcClientSettings settings, IrcOutbox outbox, IrcStateTracker tracker, IrcNickKeeper nicks, IrcSaslExchange sasl, bool waitsForSts)
{
    // How long a server may take to say what it offers before it is taken for one that knows no capabilities.
    private static readonly TimeSpan OfferTimeout = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _listed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private int _listedBytes;
    private bool _hasIntroduced;
    private bool _hasList;
    private bool _isNegotiated;

    /// <summary>Gets when the client introduces itself although the server has not said what it offers.</summary>
    public TimeSpan? NextAt { get; private set; }

    /// <summary>Gets why the registration has failed, or null.</summary>
    public IrcRequestFailure? Failure { get; private set; }

    /// <summary>Gets what is to be told.</summary>
    public Queue<IrcClientEvent> Told { get; } = new();

    private IrcClientState State
    {
        get => tracker.State;
        set => tracker.State = value;
    }

    public void Begin(TimeSpan now)
    {
        outbox.Say(new IrcMessage("CAP", "LS", "302"));
        if (waitsForSts)
        {
            NextAt = now + OfferTimeout;
        }
        else
        {
            Introduce();
        }
    }

    public void OnDeadline(TimeSpan now)
    {
        if (NextAt is { } at && now >= at)
        {
            Introduce();
        }
    }

    /// <summary>Takes a message if it is the registration's; false if it is somebody else's.</summary>
    public bool Take(IrcMessage message)
    {
        if (message.Command == "CAP")
        {
            TakeCapabilities(message);
            return true;
        }

        if (sasl.Take(message, out IrcSaslExchange.Outcome outcome))
        {
            if (outcome.Told is { } told)
            {
                Told.Enqueue(told);
            }

            if (sasl.IsUnproven)
            {
                Fail(sasl.Failure!);
                return true;
            }

            Settle(outcome.IsOver);
            return true;
        }

        return !State.IsRegistered && TakeBeforeWelcome(message);
    }

    /// <summary>Ends the registration: the server says welcome.</summary>
    public void Welcome(IrcMessage message)
    {
        NextAt = null;
        _isNegotiated = true;
        State = State with { IsRegistered = true, Nick = IrcStateTracker.IsName(message[0]) ? message[0] : State.Nick, ServerName = message.Source.Name ?? State.ServerName };
        // That the server names an account (900) proves nothing: anybody can say it.
        if (settings.RequiresLogin && sasl.IsWanted && !sasl.HasSucceeded)
        {
            Fail(new IrcRequestFailure(IrcRequestFailureKind.NotSupported, "The server let the client in without a login, which it should have."));
        }
    }

    /// <summary>Ends it all: the login that the server calls successful is none.</summary>
    public IrcRequestFailure Distrust()
    {
        Fail(new IrcRequestFailure(IrcRequestFailureKind.ConnectionEnded, "The server did not prove that it knows the account."));
        return Failure!;
    }

    private void Introduce()
    {
        NextAt = null;
        if (_hasIntroduced)
        {
            return;
        }

        _hasIntroduced = true;
        if (settings.Password is { } password)
        {
            outbox.Say(new IrcMessage("PASS", password));
        }

        State = State with { Nick = settings.Nick };
        outbox.Say(new IrcMessage("NICK", settings.Nick));
        outbox.Say(new IrcMessage("USER", settings.UserName ?? settings.Nick, "0", "*", settings.RealName ?? settings.Nick));
    }

    private bool TakeBeforeWelcome(IrcMessage message)
    {
        switch (message.Numeric)
        {
            case IrcNumeric.ErrNicknameInUse or IrcNumeric.ErrErroneousNickname or 436 or 437 or IrcNumeric.ErrNoNicknameGiven:
                if (nicks.Next(State.Features) is { } next)
                {
                    State = State with { Nick = next };
                    outbox.Say(new IrcMessage("NICK", next));
                }
                else
                {
                    Fail(Refused(message));
                }

                return true;
            case IrcNumeric.ErrPasswdMismatch or IrcNumeric.ErrYoureBannedCreep or 463 or 466:
                Fail(Refused(message));
                return true;
            case IrcNumeric.ErrUnknownCommand or IrcNumeric.ErrNotRegistered:
                // it knows no capabilities
                Introduce();
                return true;
            default:
                return false;
        }
    }

    private void TakeCapabilities(IrcMessage message)
    {
        string[] names = message.Last.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (message[1].ToUpperInvariant())
        {
            case "LS":
                List(names, isLast: message.Parameters.Count < 4 || message[2] != "*");
                break;
            case "NEW":
                List(names, isLast: true);
                break;
            case "ACK":
                Acknowledge(names);
                break;
            case "NAK":
                Deny(names);
                break;
            case "DEL":
                Remove(names);
                break;
        }
    }

    private void List(string[] names, bool isLast)
    {
        foreach (string name in names)
        {
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            _listed[equals < 0 ? name : name[..equals]] = equals < 0 ? "" : name[(equals + 1)..];
            _listedBytes += name.Length + 1;
        }

        if (_listed.Count + State.OfferedCapabilities.Count > 2 * settings.Limits.MaxAnnounced || _listedBytes > settings.Limits.MaxCapabilityBytes)
        {
            Fail(new IrcRequestFailure(IrcRequestFailureKind.LimitExceeded, "The server's list of capabilities has no end."));
            return;
        }

        if (!isLast)
        {
            return;
        }

        KeyValuePair<string, string>[] offered = [.. _listed];
        _listed.Clear();
        _listedBytes = 0;
        _hasList = true;
        State = State with { OfferedCapabilities = State.OfferedCapabilities.SetItems(offered) };
        if (ReadSts(State.OfferedCapabilities))
        {
            return;
        }

        Introduce();
        Ask(offered.Select(pair => pair.Key));
        Settle(false);
    }

    // True if nothing more may be said on this connection. Spec: IRCv3 STS.
    private bool ReadSts(ImmutableSortedDictionary<string, string> offered)
    {
        if (!offered.TryGetValue(IrcCapabilities.Sts, out string? value))
        {
            return false;
        }

        int? port = null;
        TimeSpan? duration = null;
        foreach (string item in value.Split(','))
        {
            if (item.StartsWith("port=", StringComparison.Ordinal) && ushort.TryParse(item.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0)
            {
                port = number;
            }
            else if (item.StartsWith("duration=", StringComparison.Ordinal) && long.TryParse(item.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
            {
                duration = TimeSpan.FromSeconds(Math.Min(seconds, 3_000_000_000));
            }
        }

        // In the clear only the port counts: a duration there may be anybody's.
        if (!waitsForSts)
        {
            if (duration is not null)
            {
                Told.Enqueue(new IrcStsEvent(null, duration));
            }

            return false;
        }

        if (port is null)
        {
            return false;
        }

        NextAt = null;
        Told.Enqueue(new IrcStsEvent(port, null));
        return true;
    }

    private void Ask(IEnumerable<string> offered)
    {
        string[] wanted = [.. offered.Where(IsWanted)];
        var line = new StringBuilder();
        foreach (string name in wanted)
        {
            _asked.Add(name);
            if (line.Length + name.Length > 400)
            {
                outbox.Say(new IrcMessage("CAP", "REQ", line.ToString()));
                line.Clear();
            }

            line.Append(line.Length == 0 ? "" : " ").Append(name);
        }

        if (line.Length > 0)
        {
            outbox.Say(new IrcMessage("CAP", "REQ", line.ToString()));
        }
    }

    private bool IsWanted(string name) =>
        !State.Has(name) && !_asked.Contains(name) && !_refused.Contains(name)
        && (name == IrcCapabilities.Sasl ? sasl.IsWanted : settings.WantedCapabilities.Contains(name));

    private void Acknowledge(string[] names)
    {
        var added = new List<string>();
        var removed = new List<string>();
        foreach (string name in names)
        {
            bool isOff = name.StartsWith('-');
            string bare = name.TrimStart('-', '~', '=');
            // What was never asked for is not in use, whatever the server says.
            if (isOff && State.Has(bare))
            {
                removed.Add(bare);
            }
            else if (!isOff && _asked.Remove(bare) && !State.Has(bare))
            {
                added.Add(bare);
            }
        }

        Change(added, removed);
        Settle(false);
    }

    private void Deny(string[] names)
    {
        string[] mine = [.. names.Select(name => name.TrimStart('-')).Where(_asked.Contains)];
        _asked.ExceptWith(mine);
        if (mine.Length > 1)
        {
            // One of them is not to be had, and took the others with it: each by itself then.
            foreach (string name in mine)
            {
                _asked.Add(name);
                outbox.Say(new IrcMessage("CAP", "REQ", name));
            }
        }
        else
        {
            _refused.UnionWith(mine);
        }

        Settle(false);
    }

    private void Remove(string[] names)
    {
        State = State with { OfferedCapabilities = State.OfferedCapabilities.RemoveRange(names) };
        Change([], [.. names.Where(State.Has)]);
    }

    private void Change(List<string> added, List<string> removed)
    {
        if (added.Count + removed.Count > 0)
        {
            State = State with { Capabilities = State.Capabilities.Except(removed).Union(added) };
            Told.Enqueue(new IrcCapabilitiesEvent(added, removed));
        }
    }

    // Goes on when nothing that was asked for is open: logs in, and ends the negotiation.
    private void Settle(bool hasLoginEnded)
    {
        if (_asked.Count > 0 || !_hasList || sasl.IsUnderWay)
        {
            return;
        }

        bool isLoggedIn = State.IsRegistered ? State.Account is not null : sasl.HasSucceeded;
        if (!hasLoginEnded && State.Has(IrcCapabilities.Sasl) && !isLoggedIn && sasl.TryBegin(State.OfferedCapabilities.GetValueOrDefault(IrcCapabilities.Sasl, "")))
        {
            return;
        }

        if (settings.RequiresLogin && sasl.IsWanted && !sasl.HasSucceeded && !State.IsRegistered)
        {
            Fail(sasl.Failure ?? new IrcRequestFailure(IrcRequestFailureKind.NotSupported, "The server offers no way to log in that this client has."));
        }
        else if (!_isNegotiated)
        {
            _isNegotiated = true;
            outbox.Say(new IrcMessage("CAP", "END"));
        }
    }

    private void Fail(IrcRequestFailure failure) => Failure ??= failure;

    private static IrcRequestFailure Refused(IrcMessage message) => new(IrcRequestFailureKind.Refused, message.Last, message.Numeric, Reply: message);
}
