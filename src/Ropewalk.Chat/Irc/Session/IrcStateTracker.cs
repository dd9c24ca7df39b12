using System.Collections.Immutable;
using System.Globalization;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Keeps the state true: applies each message to it, and says what happened.</summary>
/// <remarks>
/// <b>Theory.</b> A server tells each change once, to those who share a channel with it. So the state is right if every message is applied, in order, and everything that a
/// user can no longer be seen by is forgotten at once: of whom one shares no channel with, one hears nothing more. What a server says about
/// channels and users that are not in the state is told as an event and changes nothing.
/// </remarks>
internal sealed class IrcStateTracker(IrcClientLimits limits)
{
    // A channel's members that the pieces of a list have named so far, and who joined meanwhile: at its end the others are gone.
    private readonly Dictionary<string, HashSet<string>> _listed = new(StringComparer.Ordinal);

    public IrcClientState State { get; set; } = new();

    /// <summary>Gets whether the server has put the client into more channels than it may.</summary>
    public bool IsOverLimit { get; private set; }

    /// <summary>Applies a message of a kind that changes users and channels; null if it is not one of those.</summary>
    public IrcClientEvent? Apply(IrcMessage message)
    {
        string nick = message.Source.Name ?? "";
        return message.Command switch
        {
            "JOIN" => Join(message, nick),
            "PART" => Part(message[0], nick, message[1]),
            "KICK" => Kick(message),
            "QUIT" => Quit(nick, message[0]),
            "NICK" => Nick(nick, message[0]),
            "TOPIC" => Topic(message),
            "MODE" => Mode(message),
            "AWAY" => Away(nick, message.Parameters.Count > 0 ? message[0] : null),
            "ACCOUNT" => Account(nick, message[0] is "*" or "" ? null : message[0]),
            "CHGHOST" => ChangeHost(nick, message[0], message[1]),
            "SETNAME" => SetName(nick, message[0]),
            _ => null,
        };
    }

    /// <summary>Learns what each message of a user says: its user name and host, and with account-tag its account.</summary>
    public void LearnSource(IrcMessage message)
    {
        IrcSource source = message.Source;
        if (source.Host is null || message.Command is "CHGHOST" or "QUIT")
        {
            return;
        }

        string? account = message.Tag("account");
        // That there is no tag says that there is no account on messages, which all servers tag; what they do with the others differs.
        bool isTagged = account is not null || (State.Has(IrcCapabilities.AccountTag) && message.Command is "PRIVMSG" or "NOTICE" or "TAGMSG");
        Learn(source.Name, user => user with
        {
            User = source.User ?? user.User,
            Host = source.Host,
            Account = isTagged ? account : user.Account,
            IsAccountKnown = user.IsAccountKnown || isTagged,
        });
    }

    /// <summary>Begins anew with what the server says of itself: other names may now be the same.</summary>
    public void SetFeatures(IrcServerFeatures features)
    {
        bool isMapped = features.CaseMapping != State.Features.CaseMapping;
        State = State with { Features = features };
        if (!isMapped)
        {
            return;
        }

        IrcCaseMapping mapping = features.CaseMapping;
        _listed.Clear();
        State = State with
        {
            Channels = Remap(State.Channels, mapping).ToImmutableDictionary(pair => pair.Key, pair => pair.Value with { Members = Remap(pair.Value.Members, mapping) }, mapping),
            Users = Remap(State.Users, mapping),
            Monitored = Remap(State.Monitored, mapping),
        };
    }

    /// <summary>Applies a piece of a list of members (353).</summary>
    public void Names(IrcMessage message)
    {
        if (State.FindChannel(message[2]) is not { } channel)
        {
            return;
        }

        string key = Key(channel.Name);
        if (!_listed.TryGetValue(key, out HashSet<string>? listed))
        {
            _listed.Add(key, listed = new HashSet<string>(State.Features.CaseMapping));
        }

        ImmutableDictionary<string, IrcClientMember>.Builder members = channel.Members.ToBuilder();
        ImmutableDictionary<string, IrcClientUser>.Builder users = State.Users.ToBuilder();
        bool isTruncated = channel.IsTruncated;
        foreach (string entry in message[3].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int start = entry.AsSpan().IndexOfAnyExcept(State.Features.Prefixes);
            var source = IrcSource.Parse(start < 0 ? "" : entry[start..]);
            if (source.IsEmpty)
            {
                continue;
            }

            if (!members.ContainsKey(source.Name) && (members.Count >= limits.MaxMembers || (users.Count >= limits.MaxUsers && !users.ContainsKey(source.Name))))
            {
                isTruncated = true;
                continue;
            }

            listed.Add(source.Name);
            members[source.Name] = new IrcClientMember(source.Name, Sort(entry[..start]));
            IrcClientUser user = users.TryGetValue(source.Name, out IrcClientUser? known) ? known : new IrcClientUser(source.Name);
            users[source.Name] = source.Host is null ? user : user with { User = source.User ?? user.User, Host = source.Host };
        }

        State = State with { Users = users.ToImmutable() };
        Put(channel with { Members = members.ToImmutable(), IsTruncated = isTruncated });
    }

    /// <summary>Applies the end of a list of members (366).</summary>
    public void EndOfNames(string name)
    {
        if (State.FindChannel(name) is not { } channel)
        {
            return;
        }

        if (_listed.Remove(Key(name), out HashSet<string>? listed))
        {
            string[] gone = [.. channel.Members.Keys.Where(nick => !listed.Contains(nick) && !State.IsSelf(nick))];
            Put(channel with { Members = channel.Members.RemoveRange(gone), AreMembersKnown = true });
            Forget(gone);
        }
        else
        {
            Put(channel with { AreMembersKnown = true });
        }
    }

    /// <summary>Changes what is known of a user, if the user is seen.</summary>
    public void Learn(string nick, Func<IrcClientUser, IrcClientUser> change)
    {
        if (State.FindUser(nick) is { } user)
        {
            IrcClientUser changed = change(user);
            if (changed != user)
            {
                State = State with { Users = State.Users.SetItem(nick, changed) };
            }
        }

        if (State.IsSelf(nick))
        {
            IrcClientUser self = change(new IrcClientUser(State.Nick) { User = State.User, Host = State.Host, Account = State.Account });
            State = State with { User = self.User, Host = self.Host };
        }
    }

    /// <summary>Changes a channel, if the client is in it.</summary>
    public void Learn(string name, Func<IrcClientChannel, IrcClientChannel> change)
    {
        if (State.FindChannel(name) is { } channel)
        {
            Put(change(channel));
        }
    }

    /// <summary>Replaces the modes of a channel (324).</summary>
    public void SetModes(string name, string modes, IEnumerable<string> parameters)
    {
        if (State.FindChannel(name) is { } channel)
        {
            Put(Change(channel with { Modes = channel.Modes.Clear(), Key = null }, IrcClientModeChange.ParseChannel(State.Features, modes, parameters)) is var changed && channel.Key is { } key && changed.Key is null && changed.Modes.ContainsKey('k')
                ? changed with { Key = key }
                : changed);
        }
    }

    /// <summary>Changes the client's own modes (221, MODE).</summary>
    public void ChangeOwnModes(IEnumerable<IrcClientModeChange> changes)
    {
        foreach (IrcClientModeChange change in changes)
        {
            State = State with { UserModes = change.IsSet ? State.UserModes.Add(change.Letter) : State.UserModes.Remove(change.Letter) };
        }
    }

    private IrcJoinEvent? Join(IrcMessage message, string nick)
    {
        string name = message[0];
        if (nick.Length == 0 || !IsName(name))
        {
            return null;
        }

        bool isOwn = State.IsSelf(nick);
        if (isOwn && State.Channels.Count >= limits.MaxChannels && !State.Channels.ContainsKey(name))
        {
            IsOverLimit = true;
            return null;
        }

        if (isOwn)
        {
            _listed.Remove(Key(name));
            // what was known of a channel before one left it is old, and so are those of whom nothing else is known
            IEnumerable<string> before = State.FindChannel(name)?.Members.Keys ?? [];
            Put(new IrcClientChannel(name) { Members = ImmutableDictionary.Create<string, IrcClientMember>(State.Features.CaseMapping) });
            Forget(before.Where(member => !State.IsSelf(member)));
        }

        if (State.FindChannel(name) is { } channel)
        {
            if (!isOwn && !channel.Members.ContainsKey(nick) && (channel.Members.Count >= limits.MaxMembers || (State.Users.Count >= limits.MaxUsers && State.FindUser(nick) is null)))
            {
                Put(channel with { IsTruncated = true });
                return new IrcJoinEvent(name, nick, isOwn);
            }

            Put(channel with { Members = channel.Members.SetItem(nick, new IrcClientMember(nick)) });
            State = State with { Users = State.Users.SetItem(nick, Seen(message, State.FindUser(nick) ?? new IrcClientUser(nick))) };
            if (_listed.TryGetValue(Key(name), out HashSet<string>? listed))
            {
                listed.Add(nick);
            }
        }

        return new IrcJoinEvent(name, nick, isOwn);
    }

    // What a JOIN says of who joins; an extended one the account and the real name too. Spec: IRCv3 extended-join.
    private IrcClientUser Seen(IrcMessage message, IrcClientUser user)
    {
        user = user with { User = message.Source.User ?? user.User, Host = message.Source.Host ?? user.Host };
        if (State.IsSelf(user.Nick))
        {
            State = State with { User = user.User, Host = user.Host };
        }

        return State.Has(IrcCapabilities.ExtendedJoin) && message.Parameters.Count >= 3
            ? user with { Account = message[1] is "*" or "" ? null : message[1], IsAccountKnown = true, RealName = message[2] }
            : user;
    }

    private IrcPartEvent? Part(string name, string nick, string reason)
    {
        bool isOwn = State.IsSelf(nick);
        return Leave(name, nick) || isOwn ? new IrcPartEvent(name, nick, reason, isOwn) : null;
    }

    private IrcKickEvent? Kick(IrcMessage message)
    {
        bool isOwn = State.IsSelf(message[1]);
        return Leave(message[0], message[1]) || isOwn ? new IrcKickEvent(message[0], message[1], message[2], isOwn) : null;
    }

    private bool Leave(string name, string nick)
    {
        if (State.FindChannel(name) is not { } channel || !channel.Members.ContainsKey(nick))
        {
            return false;
        }

        if (State.IsSelf(nick))
        {
            _listed.Remove(Key(name));
            State = State with { Channels = State.Channels.Remove(name) };
            Forget(channel.Members.Keys);
        }
        else
        {
            Put(channel with { Members = channel.Members.Remove(nick) });
            Forget([nick]);
        }

        return true;
    }

    private IrcQuitEvent? Quit(string nick, string reason)
    {
        if (nick.Length == 0)
        {
            return null;
        }

        string[] names = [.. State.Channels.Values.Where(channel => channel.Members.ContainsKey(nick)).Select(channel => channel.Name)];
        // The client's own is the connection's end, which comes by itself.
        if (!State.IsSelf(nick))
        {
            foreach (string name in names)
            {
                Put(State.Channels[name] with { Members = State.Channels[name].Members.Remove(nick) });
            }

            State = State with { Users = State.Users.Remove(nick) };
        }

        return new IrcQuitEvent(nick, reason, names);
    }

    private IrcNickEvent? Nick(string old, string nick)
    {
        if (old.Length == 0 || !IsName(nick))
        {
            return null;
        }

        bool isOwn = State.IsSelf(old);
        foreach (IrcClientChannel channel in State.Channels.Values.Where(channel => channel.Members.ContainsKey(old)).ToArray())
        {
            Put(channel with { Members = channel.Members.Remove(old).SetItem(nick, channel.Members[old] with { Nick = nick }) });
            if (_listed.TryGetValue(Key(channel.Name), out HashSet<string>? listed) && listed.Remove(old))
            {
                listed.Add(nick);
            }
        }

        if (State.FindUser(old) is { } user)
        {
            State = State with { Users = State.Users.Remove(old).SetItem(nick, user with { Nick = nick }) };
        }

        if (isOwn)
        {
            State = State with { Nick = nick };
        }

        return new IrcNickEvent(old, nick, isOwn);
    }

    private IrcTopicEvent? Topic(IrcMessage message)
    {
        string? topic = message[1].Length == 0 ? null : message[1];
        // the time is the caller's to know: a topic of before has its own in 333
        Learn(message[0], channel => channel with { Topic = topic, TopicSetBy = message.Source.ToString(), TopicSetAt = IrcTime.TryParse(message.Tag("time"), out DateTimeOffset time) ? time : null });
        return message[0].Length == 0 ? null : new IrcTopicEvent(message[0], topic);
    }

    private IrcModeEvent? Mode(IrcMessage message)
    {
        if (message.Parameters.Count < 2)
        {
            return null;
        }

        if (!State.Features.IsChannel(message[0]))
        {
            IReadOnlyList<IrcClientModeChange> own = IrcClientModeChange.ParseUser(message[1]);
            if (State.IsSelf(message[0]))
            {
                ChangeOwnModes(own);
            }

            return new IrcModeEvent(message[0], own);
        }

        IReadOnlyList<IrcClientModeChange> changes = IrcClientModeChange.ParseChannel(State.Features, message[1], message.Parameters.Skip(2));
        Learn(message[0], (IrcClientChannel channel) => Change(channel, changes));
        return new IrcModeEvent(message[0], changes);
    }

    private IrcClientChannel Change(IrcClientChannel channel, IEnumerable<IrcClientModeChange> changes)
    {
        foreach (IrcClientModeChange change in changes)
        {
            channel = change.Kind switch
            {
                IrcClientModeKind.List => channel,
                IrcClientModeKind.Member => ChangeMember(channel, change),
                _ when change.IsSet && channel.Modes.Count < limits.MaxAnnounced => channel with { Modes = channel.Modes.SetItem(change.Letter, change.Parameter) },
                _ => channel with { Modes = channel.Modes.Remove(change.Letter) },
            };
            if (change is { Letter: 'k', Kind: not (IrcClientModeKind.Member or IrcClientModeKind.List) })
            {
                // A server that hides keys says *: what one got in with is the key then.
                channel = channel with { Key = !change.IsSet ? null : change.Parameter is null or "*" ? channel.Key : change.Parameter };
            }
        }

        return channel;
    }

    private IrcClientChannel ChangeMember(IrcClientChannel channel, IrcClientModeChange change)
    {
        if (change.Parameter is null || !channel.Members.TryGetValue(change.Parameter, out IrcClientMember? member))
        {
            return channel;
        }

        string prefix = State.Features.Prefixes[State.Features.PrefixModes.IndexOf(change.Letter, StringComparison.Ordinal)].ToString();
        string prefixes = member.Prefixes.Replace(prefix, "", StringComparison.Ordinal) + (change.IsSet ? prefix : "");
        return channel with { Members = channel.Members.SetItem(member.Nick, member with { Prefixes = Sort(prefixes) }) };
    }

    private IrcAwayEvent? Away(string nick, string? reason)
    {
        bool isAway = !string.IsNullOrEmpty(reason);
        Learn(nick, user => user with { IsAway = isAway, AwayMessage = isAway ? reason : null });
        return nick.Length == 0 ? null : new IrcAwayEvent(nick, isAway, isAway ? reason : null);
    }

    private IrcAccountEvent? Account(string nick, string? account)
    {
        Learn(nick, user => user with { Account = account, IsAccountKnown = true });
        if (State.IsSelf(nick))
        {
            State = State with { Account = account };
        }

        return nick.Length == 0 ? null : new IrcAccountEvent(nick, account);
    }

    private IrcHostEvent? ChangeHost(string nick, string user, string host)
    {
        if (nick.Length == 0 || user.Length == 0 || host.Length == 0)
        {
            return null;
        }

        Learn(nick, known => known with { User = user, Host = host });
        return new IrcHostEvent(nick, user, host);
    }

    private IrcRealNameEvent? SetName(string nick, string name)
    {
        Learn(nick, user => user with { RealName = name });
        return nick.Length == 0 ? null : new IrcRealNameEvent(nick, name);
    }

    private void Forget(IEnumerable<string> nicks)
    {
        ImmutableDictionary<string, IrcClientUser>.Builder users = State.Users.ToBuilder();
        foreach (string nick in nicks)
        {
            if (!State.Channels.Values.Any(channel => channel.Members.ContainsKey(nick)))
            {
                users.Remove(nick);
            }
        }

        State = State with { Users = users.ToImmutable() };
    }

    private void Put(IrcClientChannel channel) => State = State with { Channels = State.Channels.SetItem(channel.Name, channel) };

    private string Key(string channel) => Convert.ToHexString(State.Features.CaseMapping.Fold(System.Text.Encoding.UTF8.GetBytes(channel)));

    private string Sort(string prefixes) => prefixes.Length < 2 ? prefixes : new string([.. State.Features.Prefixes.Where(prefix => prefixes.Contains(prefix, StringComparison.Ordinal))]);

    private static ImmutableDictionary<string, T> Remap<T>(ImmutableDictionary<string, T> names, IrcCaseMapping mapping)
    {
        ImmutableDictionary<string, T>.Builder mapped = ImmutableDictionary.CreateBuilder<string, T>(mapping);
        foreach ((string name, T value) in names)
        {
            mapped[name] = value;
        }

        return mapped.ToImmutable();
    }

    /// <summary>Tells whether a name can be said to the server again: a last parameter can hold what another cannot.</summary>
    public static bool IsName(string name) => name.Length > 0 && name[0] != ':' && !name.AsSpan().ContainsAny(' ', ',');

    /// <summary>Reads a time in seconds since 1970; null if it is none.</summary>
    public static DateTimeOffset? ReadSeconds(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
