namespace Ropewalk.Architecture.Tests.PublicApi;

public sealed class ApiPrinterTests
{
    [Fact]
    public void A_type_is_printed_as_it_is_written() =>
        Assert.Equal(
            string.Join(
                "\n    ",
                "abstract class Ropewalk.Architecture.Tests.PublicApi.ApiPrinterTests.Sample<T> : Exception, IDisposable where T : class, new()",
                "abstract ValueTask<T> TakeAsync(CancellationToken token = default)",
                "const int Most = 3",
                "override string ToString()",
                "protected new(params string[] names)",
                "protected virtual bool Try(in TimeSpan now, out string? rest)",
                "required string? Name { get; init; }",
                "static void Fill(ref byte[] buffer, DayOfWeek day = DayOfWeek.Monday, int? most = null)",
                "virtual void Dispose()"),
            ApiPrinter.Print(typeof(Sample<>)));

    [Theory]
    [InlineData(typeof(Point), "readonly record struct Ropewalk.Architecture.Tests.PublicApi.ApiPrinterTests.Point\n    int X { get; init; }\n    new(int X)")]
    [InlineData(typeof(Choice), "sealed record Ropewalk.Architecture.Tests.PublicApi.ApiPrinterTests.Choice\n    new()")]
    public void What_the_compiler_writes_for_a_record_is_left_out(Type type, string printed) => Assert.Equal(printed, ApiPrinter.Print(type));

    public readonly record struct Point(int X);

    public sealed record Choice;

    public abstract class Sample<T>(params string[] names) : Exception(names[0]), IDisposable
        where T : class, new()
    {
        public const int Most = 3;

        public required string? Name { get; init; }

        public abstract ValueTask<T> TakeAsync(CancellationToken token = default);

        public static void Fill(ref byte[] buffer, DayOfWeek day = DayOfWeek.Monday, int? most = null) => buffer[0] = (byte)(day + (most ?? 0));

        public override string ToString() => names[0];

        public virtual void Dispose() => GC.SuppressFinalize(this);

        protected virtual bool Try(in TimeSpan now, out string? rest) => (rest = now.ToString()) is null;

        private void Hidden()
        {
        }
    }
}
