using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;

namespace Ropewalk.Endpoints;

/// <summary>Turns what transports throw into an <see cref="EndpointException"/> that names the endpoint.</summary>
internal static class EndpointFailure
{
    public static bool IsExpected(Exception exception) =>
        exception is SocketException or AddressInUseException or UnauthorizedAccessException || (exception is IOException and not EndpointException);

    public static SocketError? FindSocketError(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }

    public static bool IsInUse(Exception exception) =>
        exception is AddressInUseException || FindSocketError(exception) == SocketError.AddressAlreadyInUse;

    public static EndpointException OfListening(EndpointSpec spec, Exception exception) => new(
        FindSocketError(exception) switch
        {
            _ when IsInUse(exception) => $"Cannot listen on {spec}: the address is in use.",
            SocketError.AccessDenied when spec.Scheme == "unix" => $"Cannot listen on {spec}: not permitted to make the socket in its folder.",
            SocketError.AddressNotAvailable when spec.Scheme == "unix" => $"Cannot listen on {spec}: there is no such folder.",
            SocketError.AccessDenied => $"Cannot listen on {spec}: not permitted (ports below 1024 need a privilege).",
            SocketError.AddressNotAvailable => $"Cannot listen on {spec}: this machine does not have the address.",
            _ => $"Cannot listen on {spec}: {exception.Message}",
        },
        ErrorSide.Local,
        exception);

    public static EndpointException OfConnecting(EndpointSpec spec, Exception exception) => new(
        FindSocketError(exception) switch
        {
            SocketError.ConnectionRefused => $"Cannot connect to {spec}: refused; nothing listens there.",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"Cannot connect to {spec}: there is no way to it.",
            SocketError.TimedOut => $"Cannot connect to {spec}: no answer.",
            _ => $"Cannot connect to {spec}: {exception.Message}",
        },
        ErrorSide.Remote,
        exception);
}
