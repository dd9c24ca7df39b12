using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;
using Ropewalk.Server;
using Ropewalk.Sessions;

namespace Ropewalk.Bench;

/// <summary>Does what <see cref="LineServer"/> does, written as a protocol is: a session that tells each line, and a handler that answers it.</summary>
internal sealed class SessionServer : SessionHandler<SessionServer.LineSession, SessionServer.Line>
{
    private static long s_lines;

    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        var server = new ConnectionServer(arguments.CreateContext());
        await server.ListenAsync(arguments.EndpointSpec, new SessionServer().OnConnectedAsync);
        return server;
    }

    protected override LineSession CreateSession(ConnectionContext connection) => new();

    protected override ValueTask OnEventAsync(Line sessionEvent, SessionTurn<LineSession> turn)
    {
        Interlocked.Increment(ref s_lines);
        if (sessionEvent.Bytes.Length == 1 && sessionEvent.Bytes.FirstSpan[0] == (byte)'?')
        {
            string figures = string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {Volatile.Read(ref s_lines)}");
            turn.Session.Say(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(figures)), turn.Output);
        }
        else
        {
            turn.Session.Say(sessionEvent.Bytes, turn.Output);
        }

        return ValueTask.CompletedTask;
    }

    internal readonly record struct Line(ReadOnlySequence<byte> Bytes);

    internal sealed class LineSession : ISession<Line>
    {
        private readonly LineDecoder _lines = Frames.Lines(1024);
        private Line _told;
        private bool _hasTold;
        private SessionStatus _status = SessionStatus.NeedMore;

        public TimeSpan? NextDeadline { get; private set; }

        public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
        {
            if (_lines.Decode(ref input, out ReadOnlySequence<byte> line) == DecodeStatus.Frame)
            {
                _told = new Line(line);
                _hasTold = true;
                NextDeadline = now + TimeSpan.FromMinutes(5);
            }

            return _status;
        }

        public void Say(in ReadOnlySequence<byte> line, IBufferWriter<byte> output)
        {
            foreach (ReadOnlyMemory<byte> segment in line)
            {
                output.Write(segment.Span);
            }

            output.Write("\n"u8);
        }

        public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now) => End();

        public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now) => End();

        public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now) => End();

        public bool TryTakeEvent(out Line sessionEvent)
        {
            sessionEvent = _told;
            bool has = _hasTold;
            _hasTold = false;
            return has;
        }

        private SessionStatus End()
        {
            NextDeadline = null;
            return _status = SessionStatus.Closed;
        }
    }
}
