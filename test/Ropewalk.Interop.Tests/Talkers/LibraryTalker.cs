using System.Globalization;

namespace Ropewalk.Interop.Tests.Talkers;

/// <summary>
/// Talks with a client library of another language: a program that reads <c>say TARGET TEXT</c> and <c>quit REASON</c>, a line each, and
/// writes <c>heard NICK TARGET TEXT</c> and <c>left NICK REASON</c>.
/// </summary>
internal sealed class LibraryTalker : IrcTalker
{
    private const string Twisted = """
        import sys
        from twisted.internet import reactor, protocol, stdio
        from twisted.protocols.basic import LineReceiver
        from twisted.words.protocols import irc

        class Typed(LineReceiver):
            delimiter = b"\n"
            def __init__(self, client):
                self.client = client
            def lineReceived(self, line):
                verb, rest = line.decode().split(" ", 1)
                if verb == "quit":
                    self.client.quit(rest)
                else:
                    self.client.msg(*rest.split(" ", 1))

        class Client(irc.IRCClient):
            nickname = sys.argv[2]
            lineRate = None
            def signedOn(self):
                self.join(sys.argv[3])
            def joined(self, channel):
                stdio.StandardIO(Typed(self))
            def privmsg(self, user, channel, message):
                print("heard %s %s %s" % (user.split("!")[0], channel, message), flush=True)
            def userQuit(self, user, message):
                print("left %s %s" % (user, message), flush=True)

        class Factory(protocol.ClientFactory):
            protocol = Client
            def clientConnectionLost(self, connector, reason):
                reactor.stop()

        reactor.connectTCP("127.0.0.1", int(sys.argv[1]), Factory())
        reactor.run()
        """;

    private const string Poe = """
        use strict;
        use warnings;
        use POE qw(Component::IRC Wheel::ReadWrite);
        my ($port, $nick, $channel) = @ARGV;
        my $irc = POE::Component::IRC->spawn(nick => $nick, username => $nick, ircname => $nick, server => '127.0.0.1', port => $port, flood => 1);
        POE::Session->create(inline_states => {
            _start => sub { $irc->yield(register => 'all'); $irc->yield(connect => {}); },
            irc_001 => sub { $irc->yield(join => $channel); },
            irc_366 => sub {
                $_[HEAP]{console} = POE::Wheel::ReadWrite->new(InputHandle => \*STDIN, OutputHandle => \*STDOUT, InputEvent => 'typed');
            },
            typed => sub {
                my ($verb, $rest) = split / /, $_[ARG0], 2;
                return $irc->yield(quit => $rest) if $verb eq 'quit';
                $irc->yield(privmsg => split / /, $rest, 2);
            },
            irc_public => sub { $_[HEAP]{console}->put('heard ' . (split /!/, $_[ARG0])[0] . " $_[ARG1][0] $_[ARG2]"); },
            irc_msg => sub { $_[HEAP]{console}->put('heard ' . (split /!/, $_[ARG0])[0] . " $_[ARG1][0] $_[ARG2]"); },
            irc_quit => sub { $_[HEAP]{console}->put('left ' . (split /!/, $_[ARG0])[0] . " $_[ARG1]") if $_[HEAP]{console}; },
            irc_disconnected => sub { exit 0; },
            _default => sub { 0 },
        });
        POE::Kernel->run;
        """;

    private readonly RunningProgram _program;
    private readonly HeardText _lines;
    private readonly string _channel;

    private LibraryTalker(string nick, string channel, RunningProgram program)
        : base(nick)
    {
        _channel = channel;
        _program = program;
        _lines = new HeardText(program.Output);
    }

    /// <summary>Starts a program of Twisted's, in Python.</summary>
    public static LibraryTalker StartTwisted(int port, string nick, string channel) => Start(ExternalProgram.Find("/usr/bin/python3", "python3-twisted"), ["-c", Twisted], port, nick, channel);

    /// <summary>Starts a program of POE's, in Perl.</summary>
    public static LibraryTalker StartPoe(int port, string nick, string channel)
    {
        ExternalProgram.Find("/usr/share/perl5/POE/Component/IRC.pm", "libpoe-component-irc-perl");
        return Start(ExternalProgram.Find("perl", isPeer: false), ["-e", Poe], port, nick, channel);
    }

    /// <summary>Gets what it has seen so far.</summary>
    public string Seen => _lines.ToString();

    public override Task SayAsync(string text) => WhisperAsync(_channel, text);

    public override Task WhisperAsync(string to, string text) => TypeAsync($"say {to} {text}");

    public override Task SeesAsync(string text) => _lines.WaitForAsync(text);

    public override Task LeaveAsync(string reason) => TypeAsync($"quit {reason}");

    public override ValueTask DisposeAsync() => _program.DisposeAsync();

    private static LibraryTalker Start(ExternalProgram program, string[] script, int port, string nick, string channel) =>
        new(nick, channel, program.Start([.. script, port.ToString(CultureInfo.InvariantCulture), nick, channel]));

    private async Task TypeAsync(string line)
    {
        await _program.Input.WriteAsync(line + "\n");
        await _program.Input.FlushAsync();
    }
}
