using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Applies the numerics that say something about the state.</summary>
internal sealed class IrcNumericTracker(IrcStateTracker tracker, IrcClientLimits limits)
{
    // The token of a WHO whose answer has the fields that are read here: the state learns from it, whoever asked.
    public const string WhoToken = "701";

    /// <summary>The fields of such an answer. <b>Shape</b>: 354 nick token channel user host server nick flags account realname.</summary>
    public const string WhoFields = "%tcuhsnfar," + WhoToken;

    /// <summary>Gets who has come or gone by the last numeric.</summary>
    public Queue<IrcPresenceEvent> Presences { get; } = new();

    private IrcClientState State
    {
        get => tracker.State;
        set => tracker.State = value;
    }

    /// <summary>Applies a numeric.</summary>
    /// <returns>True if it is one of those that only change the state: it is not told by itself.</returns>
    public bool Apply(IrcMessage message, out IrcClientEvent? told)
    {
        told = null;
        return ApplySelf(message, ref told) || ApplyChannel(message) || ApplyUser(message) || ApplyMonitor(message);
    }

    private bool ApplySelf(IrcMessage message, ref IrcClientEvent? told)
    {
        switch (message.Numeric)
        {
            case IrcNumeric.RplISupport:
                tracker.SetFeatures(State.Features.With(message.Parameters.Skip(1).SkipLast(1), limits.MaxAnnounced));
                return true;
            case IrcNumeric.RplMyInfo:
                State = State with { ServerName = message[1].Length > 0 ? message[1] : State.ServerName };
                return true;
            case IrcNumeric.RplUModeIs:
                State = State with { UserModes = [] };
                tracker.ChangeOwnModes(IrcClientModeChange.ParseUser(message[1]));
                return true;
            case IrcNumeric.RplUnaway or IrcNumeric.RplNowAway:
                bool isAway = message.Numeric == IrcNumeric.RplNowAway;
                State = State with { IsAway = isAway };
                tracker.Learn(State.Nick, user => user with { IsAway = isAway, AwayMessage = isAway ? user.AwayMessage : null });
                return true;
            case IrcNumeric.RplVisibleHost:
                string host = message[1];
                tracker.Learn(State.Nick, user => user with { Host = host[(host.LastIndexOf('@') + 1)..] });
                return true;
            case IrcNumeric.RplLoggedIn:
                State = State with { Account = message[2] };
                tracker.Learn(State.Nick, user => user with { Account = message[2], IsAccountKnown = true });
                told = new IrcLoginEvent(message[2]);
                return true;
            case IrcNumeric.RplLoggedOut:
                State = State with { Account = null };
                tracker.Learn(State.Nick, user => user with { Account = null, IsAccountKnown = true });
                told = new IrcLoginEvent(null);
                return true;
            default:
                return false;
        }
    }

    private bool ApplyChannel(IrcMessage message)
    {
        switch (message.Numeric)
        {
            case IrcNumeric.RplChannelModeIs:
                tracker.SetModes(message[1], message[2], message.Parameters.Skip(3));
                return true;
            case IrcNumeric.RplCreationTime:
                tracker.Learn(message[1], channel => channel with { CreatedAt = IrcStateTracker.ReadSeconds(message[2]) ?? channel.CreatedAt });
                return true;
            case IrcNumeric.RplNoTopic:
                tracker.Learn(message[1], channel => channel with { Topic = null, TopicSetBy = null, TopicSetAt = null });
                return true;
            case IrcNumeric.RplTopic:
                tracker.Learn(message[1], channel => channel with { Topic = message[2] });
                return true;
            case IrcNumeric.RplTopicWhoTime:
                tracker.Learn(message[1], channel => channel with { TopicSetBy = message[2], TopicSetAt = IrcStateTracker.ReadSeconds(message[3]) });
                return true;
            case IrcNumeric.RplNamReply:
                tracker.Names(message);
                return true;
            case IrcNumeric.RplEndOfNames:
                tracker.EndOfNames(message[1]);
                return true;
            default:
                return false;
        }
    }

    private bool ApplyUser(IrcMessage message)
    {
        switch (message.Numeric)
        {
            case IrcNumeric.RplAway:
                tracker.Learn(message[1], user => user with { IsAway = true, AwayMessage = message[2] });
                return false;
            case IrcNumeric.RplWhoisUser:
                tracker.Learn(message[1], user => user with { User = message[2], Host = message[3], RealName = message[5] });
                return false;
            case IrcNumeric.RplWhoisAccount:
                tracker.Learn(message[1], user => user with { Account = message[2], IsAccountKnown = true });
                return false;
            case IrcNumeric.RplWhoisBot:
                tracker.Learn(message[1], user => user with { IsBot = true });
                return false;
            case IrcNumeric.RplWhoReply or IrcNumeric.RplWhoSpcReply when IrcWhoEntry.Of(message, State.Features) is { } entry:
                tracker.Learn(entry.Nick, user => user with
                {
                    User = entry.User,
                    Host = entry.Host,
                    RealName = entry.RealName,
                    IsAway = entry.IsAway,
                    IsBot = entry.IsBot,
                    AwayMessage = entry.IsAway ? user.AwayMessage : null,
                    Account = entry.IsAccountKnown ? entry.Account : user.Account,
                    IsAccountKnown = user.IsAccountKnown || entry.IsAccountKnown,
                });
                return false;
            default:
                return false;
        }
    }

    // One line may name many: each is told.
    private bool ApplyMonitor(IrcMessage message)
    {
        if (message.Numeric is not (IrcNumeric.RplMonOnline or IrcNumeric.RplMonOffline))
        {
            return false;
        }

        bool isOnline = message.Numeric == IrcNumeric.RplMonOnline;
        foreach (string nick in message[1].Split(',').Select(entry => IrcSource.Parse(entry).Name))
        {
            // Only who is watched: the server cannot make the list grow.
            if (State.Monitored.TryGetValue(nick, out bool was) && was != isOnline)
            {
                State = State with { Monitored = State.Monitored.SetItem(nick, isOnline) };
                Presences.Enqueue(new IrcPresenceEvent(nick, isOnline));
            }
        }

        return Presences.Count > 0;
    }
}
