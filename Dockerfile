# Whisper with the light packages; build with --build-arg PACKAGES=full for sentence-transformers.
FROM python:3.11-slim

ARG PACKAGES=light
WORKDIR /app
ENV PYTHONUNBUFFERED=1 VENV=/venv

# The packages come first, so that a change of code installs nothing anew.
COPY bin/setup bin/setup
COPY requirements*.txt ./
RUN bin/setup $PACKAGES
COPY . .

RUN useradd --create-home whisper && install -d -o whisper /data
USER whisper
ENV WHISPER_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
CMD ["sh", "-c", "/venv/bin/python manage.py prepare && exec /venv/bin/python manage.py runbot --web 0.0.0.0:8000"]
