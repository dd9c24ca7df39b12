using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Is the table of commands, and all checks that come before a command is applied.</summary>
internal static class IrcCommands
{
    private const int MostNameBytes = 16;

    private static readonly TimeSpan Heavy = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Free = TimeSpan.Zero;

    /// <summary>All commands.</summary>
    public static IReadOnlyList<IrcCommand> All { get; } =
    [
        new("ADMIN", 0, ServerCommands.Admin),
        new("AUTHENTICATE", 1, CapabilityCommands.Authenticate, IrcCommandUse.Always),
        new("AWAY", 0, PresenceCommands.Away, IrcCommandUse.Always),
        new("CAP", 1, CapabilityCommands.Cap, IrcCommandUse.Always) { Penalty = TimeSpan.FromMilliseconds(100) },
        new("CHATHISTORY", 4, HistoryCommands.ChatHistory, IrcCommandUse.OwnCheck),
        new("CHANSERV", 1, ChannelService.Command) { Penalty = Heavy },
        new("CS", 1, ChannelService.Command) { Penalty = Heavy },
        new("DIE", 0, OperatorCommands.Die, IrcCommandUse.Operators, IrcOperatorRights.Stop),
        new("DLINE", 1, OperatorCommands.DLine, IrcCommandUse.Operators, IrcOperatorRights.Ban),
        new("HELP", 0, ServerCommands.Help),
        new("INFO", 0, ServerCommands.Info),
        new("INVITE", 0, InvitationCommands.Invite, IrcCommandUse.OwnCheck) { Penalty = Heavy },
        new("ISON", 1, QueryCommands.IsOn),
        new("JOIN", 1, JoinCommands.Join) { Targets = 0 },
        new("KICK", 2, ChannelCommands.Kick) { Targets = 1 },
        new("KILL", 1, OperatorCommands.Kill, IrcCommandUse.Operators, IrcOperatorRights.Kill),
        new("KLINE", 1, OperatorCommands.KLine, IrcCommandUse.Operators, IrcOperatorRights.Ban),
        new("KNOCK", 1, InvitationCommands.Knock) { Penalty = Heavy },
        new("LINKS", 0, ServerCommands.Links),
        new("LIST", 0, ListCommands.List) { Penalty = Heavy },
        new("LUSERS", 0, ServerCommands.LUsers),
        new("MODE", 1, ModeCommands.Mode),
        new("MONITOR", 1, PresenceCommands.Monitor),
        new("MOTD", 0, ServerCommands.Motd),
        new("NAMES", 0, ChannelCommands.Names) { Targets = 0 },
        new("NICK", 0, RegistrationCommands.Nick, IrcCommandUse.Always | IrcCommandUse.OwnCheck) { Penalty = Heavy },
        new("NICKSERV", 1, NicknameService.Command) { Penalty = Heavy },
        new("NOTICE", 0, MessageCommands.Notice, IrcCommandUse.OwnCheck),
        new("NS", 1, NicknameService.Command) { Penalty = Heavy },
        new("OPER", 1, OperatorCommands.Oper) { Penalty = Heavy },
        new("PART", 1, JoinCommands.Part) { Targets = 0 },
        new("PASS", 1, RegistrationCommands.Pass, IrcCommandUse.BeforeRegistration),
        new("PING", 0, RegistrationCommands.Ping, IrcCommandUse.Always | IrcCommandUse.OwnCheck),
        new("PONG", 0, RegistrationCommands.Pong, IrcCommandUse.Always) { Penalty = IrcCommand.EmptyPenalty },
        new("PRIVMSG", 0, MessageCommands.PrivMsg, IrcCommandUse.OwnCheck),
        new("QUIT", 0, RegistrationCommands.Quit, IrcCommandUse.Always) { Penalty = Free },
        new("REGISTER", 3, AccountCommands.Register, IrcCommandUse.Always) { Penalty = Heavy },
        new("REHASH", 0, OperatorCommands.Rehash, IrcCommandUse.Operators, IrcOperatorRights.Rehash),
        new("SETNAME", 1, PresenceCommands.SetName),
        new("STATS", 0, ServerCommands.Stats),
        new("TAGMSG", 0, MessageCommands.TagMsg, IrcCommandUse.OwnCheck),
        new("TIME", 0, ServerCommands.Time),
        new("TOPIC", 1, ChannelCommands.Topic),
        new("UNDLINE", 1, OperatorCommands.UnDLine, IrcCommandUse.Operators, IrcOperatorRights.Ban),
        new("UNKLINE", 1, OperatorCommands.UnKLine, IrcCommandUse.Operators, IrcOperatorRights.Ban),
        new("USER", 4, RegistrationCommands.User, IrcCommandUse.BeforeRegistration),
        new("USERHOST", 1, QueryCommands.UserHost),
        new("VERIFY", 2, AccountCommands.Verify, IrcCommandUse.Always) { Penalty = Heavy },
        new("VERSION", 0, ServerCommands.Version),
        new("WALLOPS", 1, OperatorCommands.Wallops, IrcCommandUse.Operators, IrcOperatorRights.Announce),
        new("WHO", 0, WhoCommands.Who) { Penalty = Heavy },
        new("WHOIS", 0, QueryCommands.Whois, IrcCommandUse.OwnCheck),
        new("WHOWAS", 0, QueryCommands.WhoWas, IrcCommandUse.OwnCheck) { Penalty = Heavy },
    ];

    private static readonly FrozenDictionary<UInt128, IrcCommand> ByName = All.ToFrozenDictionary(command => Pack(Encoding.ASCII.GetBytes(command.Name)));

    /// <summary>Says whether a user may be told of a command: that it is there on this server, and that the user has the right to it.</summary>
    public static bool IsFor(IrcNetwork network, IrcUser user, IrcCommand command) =>
        (command.Right != IrcOperatorRights.Stop || network.CanBeStopped) && (!command.Is(IrcCommandUse.Operators) || user.May(command.Right));

    /// <summary>Finds a command, or null.</summary>
    public static IrcCommand? Find(ReadOnlySpan<byte> name) => name.Length <= MostNameBytes ? ByName.GetValueOrDefault(Pack(name)) : null;

    /// <summary>Applies a message.</summary>
    /// <returns>What it costs its sender.</returns>
    public static TimeSpan Apply(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        IrcCommand? command = Find(message.Command);
        if (!user.IsRegistered && command?.Is(IrcCommandUse.Always) != true)
        {
            return RefuseUnregistered(network, user, message);
        }

        if (command is null || (command.Right == IrcOperatorRights.Stop && !network.CanBeStopped))
        {
            network.Reply(user, IrcNumeric.ErrUnknownCommand, message.Command, "Unknown command"u8);
            return IrcCommand.BrokenPenalty;
        }

        if (user.IsRegistered && command.Is(IrcCommandUse.BeforeRegistration))
        {
            network.Reply(user, IrcNumeric.ErrAlreadyRegistered, default, "You are registered already"u8);
        }
        else if (message.ParameterCount < command.FewestParameters && !command.Is(IrcCommandUse.OwnCheck))
        {
            network.Reply(user, IrcNumeric.ErrNeedMoreParams, Encoding.ASCII.GetBytes(command.Name), "Not enough parameters"u8);
        }
        else if (command.Is(IrcCommandUse.Operators) && !user.May(command.Right))
        {
            network.Reply(user, user.IsOperator ? IrcNumeric.ErrNoPrivs : IrcNumeric.ErrNoPrivileges, default, "Permission denied: you may not do that"u8);
        }
        else if (!System.Text.Unicode.Utf8.IsValid(message.Line))
        {
            network.Fail(user, message.Command, "INVALID_UTF8"u8, default, "The message is not UTF-8, and was not taken"u8);
        }
        else
        {
            command.Action(network, user, message);
        }

        return command.Targets < 0 ? command.Penalty : command.Penalty + (IrcCommand.TargetPenalty * message[command.Targets].Count((byte)','));
    }

    // A browser, or somebody's HTTP proxy, that was sent here with IRC commands in its body: nothing behind such a first line is a person's.
    private static TimeSpan RefuseUnregistered(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (Find(message.Command) is null && IsHttp(message))
        {
            network.CloseWithError(user, "HTTP is not spoken here"u8);
            return IrcCommand.BrokenPenalty;
        }

        network.Reply(user, IrcNumeric.ErrNotRegistered, message.Command, "You have not registered"u8);
        return IrcCommand.BrokenPenalty;
    }

    private static bool IsHttp(in IrcMessageView message) =>
        (message.ParameterCount >= 2 && message[message.ParameterCount - 1].StartsWith("HTTP/"u8))
        || message.Command.SequenceEqual("POST"u8)
        || message.Command.SequenceEqual("GET"u8);

    // Capitals, packed: a comparison of 16 bytes instead of a text.
    private static UInt128 Pack(ReadOnlySpan<byte> name)
    {
        UInt128 packed = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<UInt128>(ref packed));
        for (int i = 0; i < name.Length; i++)
        {
            bytes[i] = (byte)(name[i] & 0xDF);
        }

        return packed;
    }
}
