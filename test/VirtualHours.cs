using System.Globalization;
using System.Runtime.CompilerServices;
using Ropewalk.Testing;

/// <summary>Prints, when a test program ends, how much virtual time its tests have passed.</summary>
internal static class VirtualHours
{
#pragma warning disable CA2255 // a test program is no library
    [ModuleInitializer]
    internal static void Print() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"virtual hours: {VirtualTime.ElapsedOfAll.TotalHours:0}"));
#pragma warning restore CA2255
}
